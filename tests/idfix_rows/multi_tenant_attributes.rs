//! The rows of the mode "Multi-Tenant": attributes, duplicates, and where IdFix is wrong.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // 4: attributes
    ("4 displayName of 257", "user CN=Joe\ndisplayName: {a*257}", &["display-name-too-long"]),
    ("4 displayName missing", "user CN=Joe\n-displayName", &["display-name-blank"]),
    ("4 displayName missing, a group", "group CN=G\n-displayName", &["display-name-blank"]),
    (
        "4 displayName missing, a contact with mail",
        "contact CN=C\n-displayName\nmail: c@fabrikam.com",
        &["display-name-blank"],
    ),
    ("4 displayName with white space around it", "user CN=Joe\ndisplayName:  Joe ", &[]),
    ("4 givenName of 65", "user CN=Joe\ngivenName: {a*65}", &["given-name-too-long"]),
    ("4 mail of 257", "user CN=Joe\nmail: {a*257}", &["mail-too-long"]),
    ("4 mail has no other check", "user CN=Joe\nmail: josé doe@nowhere", &[]),
    ("4 mailNickname of 65", "user CN=Joe\nmailNickname: {a*65}", &["alias-too-long"]),
    ("4 mailNickname with periods at its beginning", "user CN=Joe\nmailNickname: ..joe", &["alias-period"]),
    ("4 mailNickname with a period at its end", "user CN=Joe\nmailNickname: joe.", &[]),
    ("4 mailNickname with other signs", "user CN=Joe\nmailNickname: joe doe&co", &[]),
    ("4 proxyAddresses of 257", "user CN=Joe\nproxyAddresses: X500:{a*252}", &["address-too-long"]),
    (
        "4 every proxy address is looked at",
        "user CN=Joe\nproxyAddresses: SMTP:joe@contoso.com\nproxyAddresses: smtp:joe",
        &["address-format"],
    ),
    ("4 sAMAccountName of 21, a user", "user CN=Joe\nsAMAccountName: {a*21}", &["logon-name-too-long"]),
    ("4 sAMAccountName of 21, inetOrgPerson", "user+inetOrgPerson CN=Joe\nsAMAccountName: {a*21}", &[]),
    ("4 sAMAccountName of 21, a group", "group CN=G\nsAMAccountName: {a*21}", &[]),
    ("4 sAMAccountName of 257, a group", "group CN=G\nsAMAccountName: {a*257}", &["logon-name-too-long"]),
    ("4 sAMAccountName with a sign", "group CN=G\nsAMAccountName: a/b", &["logon-name-character"]),
    ("4 targetAddress of 257", "contact CN=C\ntargetAddress: X500:{a*252}", &["address-too-long"]),
    (
        "4 targetAddress with a blank",
        "contact CN=C\ntargetAddress: SMTP:a b@fabrikam.com",
        &["address-character"],
    ),
    ("4 userPrincipalName of 114", "user CN=Joe\nuserPrincipalName: {a*102}@contoso.com", &["upn-too-long"]),
    (
        "4 userPrincipalName with an umlaut",
        "user CN=Joe\nuserPrincipalName: jürgen@contoso.com",
        &["upn-character"],
    ),
    (
        "4 userPrincipalName with an umlaut in capitals",
        "user CN=Joe\nuserPrincipalName: Ölaf@contoso.com",
        &["upn-character"],
    ),
    (
        "4 userPrincipalName with another accent",
        "user CN=Joe\nuserPrincipalName: josé@contoso.com",
        &["upn-local-part"],
    ),
    (
        "4 userPrincipalName with a blank",
        "user CN=Joe\nuserPrincipalName: joe doe@contoso.com",
        &["upn-character"],
    ),
    (
        "4 userPrincipalName with signs",
        "user CN=Joe\nuserPrincipalName: joe&jane+co@contoso.com",
        &["upn-character"],
    ),
    (
        "4 userPrincipalName without a domain",
        "user CN=Joe\nuserPrincipalName: joe@contoso",
        &["upn-domain-part"],
    ),
    (
        "4 userPrincipalName in .local",
        "user CN=Joe\nuserPrincipalName: joe@contoso.local",
        &["upn-top-level-domain"],
    ),
    ("4 userPrincipalName missing", "user CN=Joe", &[]),
    ("4 sn, cn and description", "user CN=Joe\nsn:  {a*300}\ndescription: {a*3000}", &[]),
    // 5: duplicates
    (
        "5 one mail, two classes",
        "user CN=A\nmail: a@contoso.com\n\ngroup CN=B\nmail: A@contoso.com",
        &["mail-duplicate"],
    ),
    (
        "5 one mail, two domains",
        "user CN=A,DC=contoso,DC=com\nmail: a@contoso.com\n\nuser CN=A,DC=fabrikam,DC=com\nmail: a@contoso.com",
        &["mail-duplicate"],
    ),
    (
        "5 composed and decomposed",
        "user CN=A\nmail: \u{e9}@contoso.com\n\nuser CN=B\nmail: e\u{301}@contoso.com",
        &["mail-duplicate"],
    ),
    (
        "5 types differ in case",
        "user CN=A\nproxyAddresses: smtp:a@contoso.com\n\nuser CN=B\nproxyAddresses: SMTP:a@contoso.com",
        &["proxy-address-duplicate"],
    ),
    (
        "5 types differ",
        "user CN=A\nproxyAddresses: smtp:a@contoso.com\n\nuser CN=B\nproxyAddresses: sip:a@contoso.com",
        &[],
    ),
    (
        "5 a type and none",
        "user CN=A\nproxyAddresses: smtp:a@contoso.com\n\nuser CN=B\nproxyAddresses: a@contoso.com",
        &[],
    ),
    (
        "5 nothing across attributes",
        "user CN=A\nmail: a@contoso.com\nuserPrincipalName: a@contoso.com\n\nuser CN=B\nproxyAddresses: smtp:a@contoso.com\ntargetAddress: smtp:a@contoso.com",
        &[],
    ),
    (
        "5 two target addresses",
        "contact CN=A\ntargetAddress: SMTP:a@fabrikam.com\n\ncontact CN=B\ntargetAddress: SMTP:a@fabrikam.com",
        &["target-address-duplicate"],
    ),
    (
        "5 two user principal names",
        "user CN=A\nuserPrincipalName: a@contoso.com\n\nuser CN=B\nuserPrincipalName: A@contoso.com",
        &["upn-duplicate"],
    ),
    ("5 two aliases", "user CN=A\nmailNickname: a\n\nuser CN=B\nmailNickname: A", &["alias-duplicate"]),
    (
        "5 two logon names",
        "group CN=A\nsAMAccountName: a\n\ngroup CN=B\nsAMAccountName: A",
        &["logon-name-duplicate"],
    ),
    (
        "5 logon names of two domains",
        "group CN=A,DC=a,DC=com\nsAMAccountName: a\n\ngroup CN=A,DC=b,DC=com\nsAMAccountName: a",
        &[],
    ),
    (
        "5 logon names beside user principal names",
        "user CN=A\nsAMAccountName: a\nuserPrincipalName: a@contoso.com\n\nuser CN=B\nsAMAccountName: a\nuserPrincipalName: b@contoso.com",
        &[],
    ),
    (
        "5 aliases that differ by a period",
        "user CN=A\nmailNickname: a\n\nuser CN=B\nmailNickname: .a",
        &["alias-period"],
    ),
    (
        "5 names that differ by a sign",
        "user CN=A\nuserPrincipalName: upn+dup@contoso.com\n\nuser CN=B\nuserPrincipalName: upndup@contoso.com",
        &["upn-character"],
    ),
    (
        "5 names that differ by a letter that is removed",
        "user CN=A\nuserPrincipalName: upnmøller@contoso.com\n\nuser CN=B\nuserPrincipalName: upnmller@contoso.com",
        &["upn-local-part"],
    ),
    (
        "5 names of which nothing is left",
        "user CN=A\nuserPrincipalName: пример@contoso.com\n\nuser CN=B\nuserPrincipalName: имя@contoso.com",
        &["upn-local-part"],
    ),
    (
        "5 values that are equal when cut",
        "user CN=A\nmail: {a*256}b\n\nuser CN=B\nmail: {a*256}c",
        &["mail-too-long"],
    ),
    (
        "5 addresses that differ by a blank",
        "user CN=A\nproxyAddresses: smtp:px db@contoso.com\n\nuser CN=B\nproxyAddresses: smtp:pxdb@contoso.com",
        &["address-character"],
    ),
    (
        "5 one object holds an address twice",
        "user CN=A\nproxyAddresses: smtp:a@contoso.com\nproxyAddresses: SMTP:a@contoso.com",
        &[],
    ),
    // 6: documentation against code
    (
        "6 a logon name beside a user principal name",
        "user CN=Joe\nsAMAccountName: joe+doe-of-many-letters\nuserPrincipalName: joe@contoso.com",
        &[],
    ),
    (
        "6 65 before and 49 behind the @ are not checked",
        "user CN=Joe\nuserPrincipalName: {a*65}@contoso.com\n\nuser CN=Jane\nuserPrincipalName: jane@{a*49}.com",
        &[],
    ),
    (
        "6 an apostrophe in a user principal name",
        "user CN=Joe\nuserPrincipalName: shaun.o'neil@contoso.com",
        &[],
    ),
    (
        "6 an apostrophe in an address and a target",
        "user CN=Joe\nproxyAddresses: smtp:o'neil@contoso.com\ntargetAddress: smtp:o'neil@fabrikam.com",
        &[],
    ),
    (
        "6 an apostrophe in X400 and X500",
        "user CN=Joe\nproxyAddresses: X500:/o=a/cn=O'Neil\nproxyAddresses: X400:c=US;s=O'Neil;",
        &[],
    ),
    ("6 displayName of 256", "user CN=Joe\ndisplayName: {a*256}", &[]),
    ("6 givenName of 64", "user CN=Joe\ngivenName: {a*64}", &[]),
    ("6 targetAddress of 256", "contact CN=C\ntargetAddress: X500:{a*251}", &[]),
    (
        "6 accents in other types than smtp",
        "user CN=Joe\nproxyAddresses: sip:josé@contoso.com\nproxyAddresses: X500:/o=a/cn=José",
        &[],
    ),
    ("6 an apostrophe in a logon name", "user CN=Joe\nsAMAccountName: o'neil", &[]),
    (
        "6 dollar and backquote in a user principal name",
        "user CN=Joe\nuserPrincipalName: a$b`c@contoso.com",
        &[],
    ),
    // 7: faults of the code
    ("7.3 smtp: inside of X500", "user CN=Joe\nproxyAddresses: X500:/o=Contoso/cn=smtp:x", &[]),
    ("7.3 a type that ends with smtp", "user CN=Joe\nproxyAddresses: notsmtp:x@y", &[]),
    (
        "7.4 blanks of Notes, MS Mail and cc:Mail",
        "user CN=Joe\nproxyAddresses: NOTES:Ann Lee/Contoso\nproxyAddresses: MS:NET/PO/ANN LEE\nproxyAddresses: CCMAIL:Lee, Ann at HQ",
        &[],
    ),
    (
        "7.4 blanks and parentheses of X400 and X500",
        "user CN=Joe\nproxyAddresses: X400:c=US;a= ;p=Contoso;\nproxyAddresses: X500:/o=C/ou=Group (FYDIBOHF23SPDLT)/cn=a\ntargetAddress: X500:/o=C/ou=Group (FYDIBOHF23SPDLT)/cn=a",
        &[],
    ),
    ("7.4 SIP with a port", "user CN=Joe\nproxyAddresses: sip:joe@contoso.com:5061", &[]),
    (
        "7.5 people whose names begin as system objects do",
        "user CN=Guestrin\\, Carlos\n-displayName\n\nuser CN=Adminiculum Smith\n-displayName",
        &["display-name-blank"],
    ),
    ("7.6 the contact of ADFS", "contact CN=CryptoPolicy,CN=ADFS,DC=contoso,DC=com\n-displayName", &[]),
    ("7.6 DefaultAccount", "user CN=DefaultAccount\n-displayName", &[]),
    ("7.2 an object without a common name", "user OU=x\nmailNickname: .a", &["alias-period"]),
];
