//! Section 7: what must be unique, and against what.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "7 UPN against UPN",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\n\nuser CN=B\nuserPrincipalName: A@Contoso.com",
        &["upn-taken"],
    ),
    (
        "7 UPN against UPN in another forest",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\n\nuser CN=A,DC=fabrikam,DC=com\nuserPrincipalName: a@contoso.com",
        &["upn-taken"],
    ),
    (
        "7 UPN against a proxy address of a user",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\n\nuser CN=B\nproxyAddresses: SMTP:a@contoso.com",
        &["upn-is-address-of-another"],
    ),
    (
        "7 UPN against a proxy address of a group",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\n\ngroup CN=B\nproxyAddresses: SMTP:A@contoso.com",
        &["user-collides-with-group"],
    ),
    (
        "7 UPN and address against a group: once",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\nproxyAddresses: SMTP:a@contoso.com\n\ngroup CN=B\nproxyAddresses: SMTP:a@contoso.com",
        &["user-collides-with-group"],
    ),
    (
        "7 UPN against mail of a contact",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\n\ncontact CN=B\nmail: a@contoso.com",
        &["upn-is-address-of-another"],
    ),
    (
        "7 proxy against proxy, whatever the case of the type",
        &[],
        "user CN=A\nproxyAddresses: SMTP:a@contoso.com\n\nuser CN=B\nproxyAddresses: SMTP:b@contoso.com\nproxyAddresses: smtp:A@contoso.com",
        &["address-taken"],
    ),
    (
        "7 proxy of a group against proxy of a contact",
        &[],
        "group CN=A\nproxyAddresses: SMTP:a@contoso.com\n\ncontact CN=B\n-mail\nproxyAddresses: SMTP:a@contoso.com",
        &["address-taken"],
    ),
    (
        "7 mail against mail",
        &[],
        "user CN=A\nmail: a@contoso.com\n\ngroup CN=B\nmail: a@contoso.com",
        &["address-taken"],
    ),
    (
        "7 mail against proxy",
        &[],
        "user CN=A\nmail: a@contoso.com\n\nuser CN=B\nproxyAddresses: SMTP:a@contoso.com",
        &["address-taken"],
    ),
    (
        "7 a contact with the mail of a user joins it",
        &[],
        "user CN=A\ndisplayName: Ann\nmail: a@contoso.com\n\ncontact CN=B\ndisplayName: Ann\nmail: a@contoso.com",
        &[],
    ),
    (
        "7 targetAddress against targetAddress",
        &[],
        "user CN=A\nmailNickname: a\ntargetAddress: SMTP:x@fabrikam.com\n\nuser CN=B\nmailNickname: b\ntargetAddress: SMTP:x@fabrikam.com",
        &["target-address-shared"],
    ),
    (
        "7 targetAddress against a proxy of another",
        &[],
        "user CN=A\nmailNickname: a\ntargetAddress: SMTP:x@fabrikam.com\n\nuser CN=B\nproxyAddresses: SMTP:x@fabrikam.com",
        &["target-address-of-another"],
    ),
    (
        "7 targetAddress of a contact and of a mail user who join",
        &[],
        "user CN=A\nmailNickname: a\ndisplayName: Ann\nmail: x@fabrikam.com\ntargetAddress: SMTP:x@fabrikam.com\n\n\
         contact CN=B\ndisplayName: Ann\nmail: x@fabrikam.com\ntargetAddress: SMTP:x@fabrikam.com",
        &[],
    ),
    (
        "7 the same object: UPN, mail and proxy are one",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\nmail: a@contoso.com\nproxyAddresses: SMTP:a@contoso.com",
        &[],
    ),
    (
        "7 SIP against SIP",
        &[],
        "user CN=A\nproxyAddresses: sip:a@contoso.com\n\nuser CN=B\nmsRTCSIP-PrimaryUserAddress: sip:A@contoso.com",
        &["sip-address-taken"],
    ),
    (
        "7 SIP against SMTP are two namespaces",
        &[],
        "user CN=A\nproxyAddresses: sip:a@contoso.com\n\nuser CN=B\nproxyAddresses: SMTP:a@contoso.com",
        &[],
    ),
    (
        "7 X500 against X500",
        &[],
        "user CN=A\nproxyAddresses: X500:/o=C/cn=a\n\ngroup CN=B\nproxyAddresses: x500:/O=c/cn=A",
        &["x500-address-taken"],
    ),
    (
        "7 sourceAnchor against sourceAnchor",
        &[],
        "user CN=A\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==\n\nuser CN=B\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==",
        &["anchor-shared"],
    ),
    (
        "7 sourceAnchor against objectGUID",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nmS-DS-ConsistencyGuid:: mt7rRiByEemAywANOjYUwA==\n\n\
         user CN=B\nobjectGUID:: mN7rRiByEemAywANOjYUwA==\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==",
        &["anchor-of-another"],
    ),
    (
        "7 another attribute is the anchor",
        &[("source_anchor", "objectGUID")],
        "user CN=A\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==\n\nuser CN=B\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==",
        &[],
    ),
    (
        "7 objectSid against objectSid",
        &[],
        "user CN=A\nobjectSid: S-1-5-21-1-2-3-1105\n\ngroup CN=B\nobjectSid: S-1-5-21-1-2-3-1105",
        &["security-identifier-taken"],
    ),
    (
        "7 objectSid against the tenant",
        &[],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nobjectSid: S-1-5-21-1-2-3-1105\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: mN7rRiByEemAywANOjYUwA==\nonPremisesSecurityIdentifier: S-1-5-21-1-2-3-1105",
        &["security-identifier-held-in-tenant"],
    ),
    (
        "7 onPremisesObjectIdentifier belongs to another objectGUID",
        &[],
        "user CN=A\nobjectGUID:: mN7rRiByEemAywANOjYUwA==\nmS-DS-ConsistencyGuid:: l97rRiByEemAywANOjYUwA==\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: l97rRiByEemAywANOjYUwA==\n\
         onPremisesObjectIdentifier: 46ebde97-7220-e911-80cb-000d3a3614c0",
        &["object-identifier-differs"],
    ),
    (
        "7 mailNickname: the pages disagree, so a warning",
        &[],
        "user CN=A\nmailNickname: a\n\ngroup CN=B\nmailNickname: a",
        &["alias-shared"],
    ),
    (
        "7 alias@initial against an address of the tenant",
        &[("initial_domain", "contoso.onmicrosoft.com")],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nmailNickname: a\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: mN7rRiByEemAywANOjYUwA==\nproxyAddresses: smtp:a@contoso.onmicrosoft.com",
        &["initial-address-held-in-tenant"],
    ),
    (
        "7 alias@initial is the user's own",
        &[("initial_domain", "contoso.onmicrosoft.com")],
        "user CN=A\nobjectGUID:: l97rRiByEemAywANOjYUwA==\nmailNickname: a\n\ntenant\n\n\
         user CN=1\nonPremisesSyncEnabled: TRUE\nonPremisesImmutableId: l97rRiByEemAywANOjYUwA==\nproxyAddresses: smtp:a@contoso.onmicrosoft.com",
        &[],
    ),
    (
        "7 sAMAccountName within a domain",
        &[],
        "user CN=A\nsAMAccountName: a\n\nuser CN=B\nsAMAccountName: A",
        &["logon-name-taken"],
    ),
    (
        "7 sAMAccountName across domains",
        &[],
        "user CN=A\nsAMAccountName: a\n\nuser CN=A,DC=fabrikam,DC=com\nsAMAccountName: a",
        &[],
    ),
    (
        "7 sAMAccountName@domain against the UPN of another",
        &[],
        "user CN=A\n-userPrincipalName\nsAMAccountName: a\n\nuser CN=B\nuserPrincipalName: a@contoso.com",
        &["implicit-upn-taken", "upn-missing"],
    ),
    (
        "7 the address of a guest against UPN",
        &[],
        "user CN=A\nuserPrincipalName: a@contoso.com\n\ntenant\n\n\
         user CN=1\nuserType: Guest\nuserPrincipalName: a_contoso.com#EXT#@contoso.onmicrosoft.com\nmail: a@contoso.com",
        &["upn-held-by-guest"],
    ),
    (
        "7 the address of a guest against mail",
        &[],
        "contact CN=A\nmail: a@fabrikam.com\n\ntenant\n\n\
         user CN=1\nuserType: Guest\nuserPrincipalName: a_fabrikam.com#EXT#@contoso.onmicrosoft.com\nmail: a@fabrikam.com",
        &["address-held-by-guest"],
    ),
    (
        "7 cn and displayName need not be unique",
        &[],
        "group CN=A\ncn: A\ndisplayName: Sales\n\ngroup CN=A,DC=fabrikam,DC=com\ncn: A\ndisplayName: Sales",
        &[],
    ),
    (
        "7 equal but for accents",
        &[],
        "user CN=A\nuserPrincipalName: josé@contoso.com\n\ngroup CN=B\nmail: jose@contoso.com",
        &["address-equal-without-accents", "upn-malformed"],
    ),
    (
        "7 domains that differ by accents are two",
        &[],
        "contact CN=A\nmail: info@müller.de\n\ncontact CN=B\nmail: info@muller.de",
        &[],
    ),
];
