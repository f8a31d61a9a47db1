//! Section 10, what happens to people and no other tool checks, as far as one snapshot and a tenant tell it; and section 11, where
//! pages of Microsoft disagree.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "10.2 an address that only the tenant has, on a group",
        &[],
        "user CN=A\nproxyAddresses: SMTP:a@contoso.com\n\ntenant\n\ngroup CN=1\ngroupTypes: Unified\nmail: a@contoso.com",
        &["address-held-by-cloud-group"],
    ),
    (
        "10.2 an address that only the tenant has, on a shared mailbox",
        &[],
        "group CN=A\nmail: a@contoso.com\n\ntenant\n\nuser CN=1\nuserPrincipalName: a@contoso.com",
        &["address-held-by-cloud-user"],
    ),
    (
        "10.3 a UPN with an invisible character",
        &[],
        "user CN=A\nuserPrincipalName: a\u{feff}@contoso.com",
        &["upn-invisible-character"],
    ),
    (
        "10.4 an address without a type",
        &[],
        "user CN=A\nproxyAddresses: a@contoso.com",
        &["proxy-address-without-type"],
    ),
    (
        "10.4 an address whose domain is not verified",
        &[("verified_domains", "contoso.com")],
        "user CN=A\nproxyAddresses: SMTP:a@contoso.com\nproxyAddresses: smtp:a@fabrikam.com",
        &["address-domain-not-verified"],
    ),
    (
        "10.4 the same where nobody has a mailbox in the cloud",
        &[("verified_domains", "contoso.com"), ("exchange_online", "false")],
        "user CN=A\nproxyAddresses: SMTP:a@contoso.com\nproxyAddresses: smtp:a@fabrikam.com",
        &[],
    ),
    (
        "10.6 an administrator of the tenant has the anchor",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\n\ntenant\n\nuser CN=1\nid: 1\n\
         onPremisesImmutableId: l97rRiByEemAywANOjYUwA==\n\ndirectoryRole CN=2\neligibleMember: 1",
        &["cloud-administrator-tied-to-anchor"],
    ),
    (
        "10.6 the anchor belongs to another object of the directory",
        &[],
        "user CN=A\nobjectGUID:: mN7rRiByEemAywANOjYUwA==\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: l97rRiByEemAywANOjYUwA==\n\
         onPremisesObjectIdentifier: 46ebde97-7220-e911-80cb-000d3a3614c0",
        &["object-identifier-differs"],
    ),
    (
        "10.7 isCriticalSystemObject is present",
        &[],
        "user CN=A\nisCriticalSystemObject: FALSE",
        &["filtered-by-critical-flag"],
    ),
    ("10.7 adminDescription", &[], "user CN=A\nadminDescription: User_x", &["filtered-by-admin-description"]),
    ("10.7 a linked mailbox", &[], "user CN=A\nmsExchRecipientTypeDetails: 2", &["linked-mailbox-waits"]),
    (
        "10.7 a distribution group without an address",
        &[],
        "group CN=A\ngroupType: 2",
        &["distribution-group-without-address"],
    ),
    (
        "10.7 a contact without an address",
        &[],
        "contact CN=A\n-mail\ndisplayName: A",
        &["filtered-contact-without-address"],
    ),
    ("10.7 a service name", &[], "user CN=A\nsAMAccountName: MSOL_1a2b", &["filtered-by-logon-name"]),
    ("10.8 no alias, hidden", &[], "user CN=A\nmsExchHideFromAddressLists: TRUE", &["alias-missing"]),
    (
        "10.8 no alias, certificates",
        &[],
        "user CN=A\nuserSMIMECertificate:: MIIB",
        &["certificate-without-alias"],
    ),
    (
        "10.9 an anchor of another length",
        &[],
        "user CN=A\nmS-DS-ConsistencyGuid:: AQID",
        &["anchor-malformed"],
    ),
    (
        "10.9 some users have an anchor",
        &[],
        "user CN=A\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==\n\nuser CN=B",
        &["anchor-partly-filled"],
    ),
    (
        "10.10 no primary address",
        &[],
        "user CN=A\nproxyAddresses: smtp:a@contoso.com",
        &["no-primary-address"],
    ),
    (
        "10.10 two primary addresses",
        &[],
        "user CN=A\nproxyAddresses: SMTP:a@contoso.com\nproxyAddresses: SMTP:b@contoso.com",
        &["two-primary-addresses"],
    ),
    (
        "10.11 a takeover",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nuserPrincipalName: a@contoso.com\n\ntenant\n\nuser CN=1\nuserPrincipalName: a@contoso.com",
        &["cloud-user-taken-over"],
    ),
    (
        "10.12 an administrator of the tenant has the address",
        &[],
        "user CN=A\nproxyAddresses: SMTP:a@contoso.com\n\ntenant\n\nuser CN=1\nid: 1\nuserPrincipalName: x@contoso.com\n\
         proxyAddresses: SMTP:a@contoso.com\n\ndirectoryRole CN=2\nactiveMember: 1",
        &["cloud-administrator-not-taken-over"],
    ),
    (
        "10.13 a member of another forest",
        &[],
        "group CN=G\nmember: CN=S-1-5-21-1-2-3-4,CN=ForeignSecurityPrincipals,DC=contoso,DC=com\n\n\
         foreignSecurityPrincipal CN=S-1-5-21-1-2-3-4,CN=ForeignSecurityPrincipals,DC=contoso,DC=com",
        &["member-of-other-forest"],
    ),
    ("10.13 a primary group", &[], "user CN=A\nprimaryGroupID: 1201", &["member-by-primary-group"]),
    (
        "10.13 a group within itself",
        &[],
        "group CN=G\nmember: CN=H,OU=Staff,DC=contoso,DC=com\n\ngroup CN=H\nmember: CN=G,OU=Staff,DC=contoso,DC=com",
        &["membership-cycle"],
    ),
    (
        "10.15 a contact merged into a user of another name",
        &[],
        "user CN=A\ndisplayName: Ann\nmail: a@contoso.com\n\ncontact CN=B\ndisplayName: Orders\nmail: a@contoso.com",
        &["contact-merged-into-user"],
    ),
    ("10.17 alias and address in the tenant", &[], "user CN=A\nmailNickname: a b&c", &["alias-malformed"]),
    ("10.18 no UPN", &[], "user CN=A\n-userPrincipalName", &["upn-missing"]),
    (
        "10.20 SIP against the tenant",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nproxyAddresses: sip:a@contoso.com\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: mN7rRiByEemAywANOjYUwA==\nproxyAddresses: SIP:a@contoso.com",
        &["sip-address-held-in-tenant"],
    ),
    (
        "10.22 a name that IdFix skips",
        &[],
        "user CN=Guestrin\\, Ana\nuserPrincipalName: a b@contoso.com",
        &["upn-malformed"],
    ),
    (
        "10.24 the source of authority is the cloud",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\n\ntenant\n\nuser CN=1\nisCloudManaged: TRUE\nonPremisesImmutableId: l97rRiByEemAywANOjYUwA==",
        &["managed-in-cloud"],
    ),
    (
        "10.26 a conflict of replication",
        &[],
        "user CN=A\\0ACNF:b90a2134-0b2c-4d5e-8f6a-7b8c9d0e1f2a",
        &["replication-conflict"],
    ),
    (
        "10.26 with its living twin",
        &[],
        "user CN=A\\0ACNF:b90a2134-0b2c-4d5e-8f6a-7b8c9d0e1f2a\nuserPrincipalName: a@contoso.com\n\nuser CN=A\nuserPrincipalName: a@contoso.com",
        &["replication-conflict-with-twin"],
    ),
    (
        "10.28 a group whose mail was taken away",
        &[],
        "group CN=G\nobjectSid: S-1-5-21-1-2-3-4\n\ntenant\n\n\
         group CN=1\nonPremisesSyncEnabled: TRUE\nmailEnabled: TRUE\nonPremisesSecurityIdentifier: S-1-5-21-1-2-3-4",
        &["group-still-mail-enabled-in-tenant"],
    ),
    (
        "10.29 a usage location that is none",
        &[],
        "user CN=A\nmsExchUsageLocation: UK-1",
        &["usage-location-malformed"],
    ),
    ("10.30 an apostrophe is no fault", &[], "user CN=A\nuserPrincipalName: shaun.o'neil@contoso.com", &[]),
    // 11: where pages disagree
    (
        "11.3 the secondary address of a user that only the tenant has: no takeover, but a conflict",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nproxyAddresses: SMTP:a@contoso.com\nproxyAddresses: smtp:b@contoso.com\n\n\
         tenant\n\nuser CN=1\nuserPrincipalName: x@contoso.com\nmail: b@contoso.com",
        &["address-of-other-cloud-user"],
    ),
    (
        "11.4 the primary address of a synchronised user",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nproxyAddresses: SMTP:a@contoso.com\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: mN7rRiByEemAywANOjYUwA==\nproxyAddresses: SMTP:a@contoso.com",
        &["address-held-in-tenant"],
    ),
    (
        "11.5 an invalid character in a UPN",
        &[],
        "user CN=A\nuserPrincipalName: a*b@contoso.com",
        &["upn-malformed"],
    ),
    (
        "11.6 from one federated domain to another",
        &[("federated_domains", "contoso.com,fabrikam.com")],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nuserPrincipalName: a@fabrikam.com\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: l97rRiByEemAywANOjYUwA==\nuserPrincipalName: a@contoso.com",
        &["federated-suffix-changed"],
    ),
    (
        "11.6 from a managed domain to a federated one",
        &[("federated_domains", "fabrikam.com")],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nuserPrincipalName: a@fabrikam.com\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: l97rRiByEemAywANOjYUwA==\nuserPrincipalName: a@contoso.com",
        &[],
    ),
    (
        "11.7 sixteen certificates",
        &[],
        "user CN=A\nmailNickname: a\nuserCertificate:: AQ==\nuserCertificate:: Ag==\nuserCertificate:: Aw==\nuserCertificate:: BA==\n\
         userCertificate:: BQ==\nuserCertificate:: Bg==\nuserCertificate:: Bw==\nuserCertificate:: CA==\nuserCertificate:: CQ==\n\
         userCertificate:: Cg==\nuserCertificate:: Cw==\nuserCertificate:: DA==\nuserCertificate:: DQ==\nuserCertificate:: Dg==\n\
         userCertificate:: Dw==\nuserCertificate:: EA==",
        &["too-many-certificates"],
    ),
    (
        "11.8 between the two limits of members",
        &[("cloud_sync_member_limit", "1")],
        "group CN=G\nmember: CN=A,OU=Staff,DC=contoso,DC=com\nmember: CN=B,OU=Staff,DC=contoso,DC=com\n\nuser CN=A\n\nuser CN=B",
        &["member-limit-disputed"],
    ),
    (
        "11.9 the longest that one of the pages allows",
        &[],
        "user CN=A\nmailNickname: a\ndisplayName: {a*256}\ngivenName: {a*64}\ntargetAddress: X500:/{a*250}",
        &[],
    ),
    (
        "11.10 the address at the initial domain is made of the alias",
        &[("initial_domain", "contoso.onmicrosoft.com")],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nmailNickname: alias\nuserPrincipalName: name@contoso.com\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: mN7rRiByEemAywANOjYUwA==\nproxyAddresses: smtp:name@contoso.onmicrosoft.com",
        &[],
    ),
    (
        "11.11 one alias twice is no error",
        &[],
        "user CN=A\nmailNickname: a\n\nuser CN=B\nmailNickname: a",
        &["alias-shared"],
    ),
    (
        "11.12 letters beyond ASCII do synchronise",
        &[],
        "user CN=A\ndisplayName: Zoë Ødegård\nsn: Ødegård\ngivenName: Zoë\ndepartment: Überprüfung\nl: Łódź",
        &[],
    ),
];
