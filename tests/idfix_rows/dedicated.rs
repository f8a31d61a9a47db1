//! The rows of the mode "Dedicated/ITAR".

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // 1 and 2: what is looked at
    ("1 an object without mail", "user CN=Joe\n-mail\nmailNickname: a b\nproxyAddresses: smtp:x", &[]),
    ("1 nothing is wrong", "user CN=Joe\n\ngroup CN=G\n\ncontact CN=C", &[]),
    ("2.2 Guestrin", "user CN=Guestrin\\, Carlos\nmailNickname: a b", &["alias-character"]),
    (
        "2.2 a system mailbox",
        "user CN=SystemMailbox{1f05a927-3be2-4fb9-aa03-b59fe3b56f4c}\nmailNickname: a b",
        &[],
    ),
    ("2.4 a critical system object", "user CN=Joe\nisCriticalSystemObject: TRUE\nmailNickname: a b", &[]),
    (
        "2.6 groups are looked at whatever their type",
        "group CN=G\ngroupType: 2\nmailNickname: a b",
        &["alias-character"],
    ),
    // 4: attributes
    ("4 displayName of 257", "user CN=Joe\ndisplayName: {a*257}", &["display-name-too-long"]),
    ("4 displayName of 256", "user CN=Joe\ndisplayName: {a*256}", &[]),
    (
        "4 displayName with white space before it",
        "user CN=Joe\ndisplayName:  Joe",
        &["display-name-white-space"],
    ),
    (
        "4 displayName with white space behind it",
        "user CN=Joe\ndisplayName: Joe\u{a0}",
        &["display-name-white-space"],
    ),
    ("4 displayName with white space inside", "user CN=Joe\ndisplayName: Joe  Doe", &[]),
    ("4 displayName missing, a group", "group CN=G\n-displayName", &["display-name-blank"]),
    (
        "4 displayName missing, a user or contact",
        "user CN=Joe\n-displayName\n\ncontact CN=C\n-displayName",
        &[],
    ),
    ("4 mail of 257", "user CN=Joe\nmail: a@{a*60}.{a*60}.{a*60}.{a*68}.com", &["address-too-long"]),
    ("4 mail with a blank", "user CN=Joe\nmail: joe doe@contoso.com", &["address-white-space"]),
    ("4 mail without @", "user CN=Joe\nmail: joe", &["address-format"]),
    ("4 mail with an accent", "user CN=Joe\nmail: josé@contoso.com", &["address-local-part"]),
    ("4 mail with a comma", "user CN=Joe\nmail: joe,doe@contoso.com", &["address-local-part"]),
    ("4 mail with a colon", "user CN=Joe\nmail: joe:doe@contoso.com", &["address-colon"]),
    ("4 mail without a domain", "user CN=Joe\nmail: joe@contoso", &["address-domain-part"]),
    ("4 mail in .local", "user CN=Joe\nmail: joe@contoso.local", &["address-top-level-domain"]),
    ("4 mail in a new top-level domain", "user CN=Joe\nmail: joe@contoso.health", &[]),
    ("4 mailNickname of 65", "user CN=Joe\nmailNickname: {a*65}", &["alias-too-long"]),
    ("4 mailNickname with a sign", "user CN=Joe\nmailNickname: joe+doe", &["alias-character"]),
    ("4 mailNickname with an apostrophe", "user CN=Joe\nmailNickname: o'neil", &["alias-character"]),
    ("4 mailNickname with an accent", "user CN=Joe\nmailNickname: josé", &[]),
    ("4 mailNickname missing, a contact", "contact CN=C\n-mailNickname", &["alias-blank"]),
    (
        "4 mailNickname missing, a user or group",
        "user CN=Joe\n-mailNickname\n\ngroup CN=G\n-mailNickname",
        &[],
    ),
    ("4 proxyAddresses of 257", "user CN=Joe\nproxyAddresses: X500:{a*252}", &["address-too-long"]),
    (
        "4 proxyAddresses with a second colon",
        "user CN=Joe\nproxyAddresses: smtp:a:b@contoso.com",
        &["address-colon"],
    ),
    (
        "4 proxyAddresses with a blank",
        "user CN=Joe\nproxyAddresses: smtp:a b@contoso.com",
        &["address-white-space"],
    ),
    ("4 proxyAddresses without @", "user CN=Joe\nproxyAddresses: smtp:joe", &["address-format"]),
    (
        "4 proxyAddresses with two @",
        "user CN=Joe\nproxyAddresses: smtp:a@b@contoso.com",
        &["address-local-part"],
    ),
    (
        "4 proxyAddresses in .local",
        "user CN=Joe\nproxyAddresses: smtp:joe@contoso.local",
        &["address-top-level-domain"],
    ),
    (
        "4 other types are not checked",
        "user CN=Joe\nproxyAddresses: sip:a b\nproxyAddresses: X500:/o=[a]\nproxyAddresses: x",
        &[],
    ),
    ("4 targetAddress of 257", "user CN=Joe\ntargetAddress: X500:{a*252}", &["address-too-long"]),
    ("4 targetAddress of 256", "user CN=Joe\ntargetAddress: X500:{a*251}", &[]),
    ("4 targetAddress missing, a contact", "contact CN=C\n-targetAddress", &["target-address-blank"]),
    (
        "4 targetAddress missing, a user without a mailbox",
        "user CN=Joe\n-targetAddress",
        &["target-address-blank"],
    ),
    (
        "4 targetAddress missing, a user with a mailbox",
        "user CN=Joe\n-targetAddress\nhomeMDB: CN=DB1,DC=contoso,DC=com",
        &[],
    ),
    ("4 targetAddress missing, a group", "group CN=G\n-targetAddress", &[]),
    (
        "4 targetAddress that is no address",
        "user CN=Joe\ntargetAddress: SMTP:joe@-x.com",
        &["address-domain-part"],
    ),
    (
        "4 userPrincipalName, logon name and given name are not checked",
        "user CN=Joe\nuserPrincipalName: a b\nsAMAccountName: a/b+{a*30}\ngivenName: {a*70}",
        &[],
    ),
    // 5: duplicates
    ("5 one mail", "user CN=A\nmail: a@contoso.com\n\ngroup CN=B\nmail: A@contoso.com", &["mail-duplicate"]),
    ("5 one alias", "user CN=A\nmailNickname: a\n\nuser CN=B\nmailNickname: A", &["alias-duplicate"]),
    (
        "5 one proxy address",
        "user CN=A\nproxyAddresses: smtp:a@contoso.com\n\nuser CN=B\nproxyAddresses: SMTP:a@contoso.com",
        &["proxy-address-duplicate"],
    ),
    (
        "5 one target address is not compared",
        "user CN=A\ntargetAddress: SMTP:x@contoso.com\n\nuser CN=B\ntargetAddress: SMTP:x@contoso.com",
        &[],
    ),
    (
        "5 mail that differs by a letter that is removed",
        "user CN=A\nmail: møller@contoso.com\n\nuser CN=B\nmail: mller@contoso.com",
        &["address-local-part"],
    ),
    (
        "5 mail that differs by a blank",
        "user CN=A\nmail: a b@contoso.com\n\nuser CN=B\nmail: ab@contoso.com",
        &["address-white-space"],
    ),
    // 6: documentation against code
    (
        "6 mailNickname with a period at an end",
        "user CN=A\nmailNickname: .a\n\nuser CN=B\nmailNickname: b.",
        &[],
    ),
    (
        "6 MailMatch",
        "contact CN=C\nmail: c@contoso.com\ntargetAddress: SMTP:d@fabrikam.com",
        &["target-address-not-mail"],
    ),
    (
        "6 MailMatch is of contacts",
        "user CN=Joe\nmail: c@contoso.com\ntargetAddress: SMTP:d@fabrikam.com",
        &[],
    ),
    (
        "6 an apostrophe",
        "user CN=Joe\nmail: o'neil@contoso.com\nproxyAddresses: smtp:o'neil@contoso.com",
        &[],
    ),
    // 7: faults of the code
    ("7.3 smtp: inside of X500", "user CN=Joe\nproxyAddresses: X500:/o=Contoso/cn=smtp:x", &[]),
    ("7.3 a type that ends with smtp", "user CN=Joe\nproxyAddresses: notsmtp:x@y", &[]),
    ("7.4 SIP with a port", "user CN=Joe\nproxyAddresses: sip:joe@contoso.com:5061", &[]),
    ("7.4 a colon in X500", "user CN=Joe\nproxyAddresses: X500:/o=a/cn=b:c", &[]),
];
