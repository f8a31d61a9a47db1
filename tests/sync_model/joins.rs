//! Source objects that become one before Entra ID is asked.

use presync::entra::{Attribute, Class, Client, Origin};

use crate::world::{Source, anchor, contact, in_cloud, tenant, user, world};

fn guid(source: Source, number: u8) -> Source {
    source.edit(|object| object.consistency_guid = Some([number; 16].into()))
}

#[test]
fn users_with_one_consistency_guid_become_one() {
    let joe = guid(user("Joe", 1).upn("joe@contoso.com"), 9);
    let jane = guid(user("Jane", 2).upn("jane@contoso.com").with(Attribute::Department, "Sales"), 9);
    let world = world(&[jane, joe], &[], &tenant());
    assert_eq!(world.lines(1), ["1 create documented"]);
    assert_eq!(
        world.lines(0),
        [format!("1 merge mS-DS-ConsistencyGuid {} by CN=Joe mS-DS-ConsistencyGuid documented", anchor(9))]
    );
    assert_eq!(world.becomes(1, Attribute::UserPrincipalName), "joe@contoso.com");
    assert_eq!(world.becomes(1, Attribute::Anchor), anchor(9));
}

#[test]
fn a_consistency_guid_that_is_the_object_guid_of_another_joins_them() {
    let joe = user("Joe", 1).upn("joe@contoso.com");
    let moved = guid(user("Joe2", 2).upn("joe2@contoso.com"), 1);
    let merged = world(&[joe.clone(), moved.clone()], &[], &tenant());
    assert!(merged.lines(1)[0].starts_with("1 merge mS-DS-ConsistencyGuid"), "{:?}", merged.lines(1));
    // the other has a consistency GUID of its own
    let merged = world(&[guid(joe, 7), moved], &[], &tenant());
    assert!(merged.lines(0)[0].starts_with("1 merge objectGUID"), "{:?}", merged.lines(0));
    assert!(merged.lines(0)[0].ends_with("likely"), "{:?}", merged.lines(0));
}

#[test]
fn a_contact_with_the_mail_of_a_user_becomes_the_user() {
    let joe = user("Joe", 2).upn("joe@contoso.com").mail("joe@contoso.com");
    let contact =
        contact("Joe", 1).mail("Joe@contoso.com").with(Attribute::TargetAddress, "SMTP:j@x.example");
    let world = world(&[contact, joe.alias("joe")], &[], &tenant());
    assert_eq!(world.lines(0), ["1 merge mail Joe@contoso.com by CN=Joe mail documented"]);
    assert_eq!(world.lines(1), ["1 create documented"]);
}

#[test]
fn a_contact_that_becomes_a_user_leaves_the_tenant() {
    let joe = user("Joe", 2).upn("joe@contoso.com").mail("joe@contoso.com");
    let cloud = in_cloud(Class::Contact, "old")
        .mail("joe@contoso.com")
        .proxies(&["SMTP:joe@contoso.com"])
        .edit(|object| object.origin = Origin::Synced);
    let world = world(&[contact("Joe", 1).mail("joe@contoso.com"), joe], &[cloud], &tenant());
    assert_eq!(
        world.lines(0),
        ["1 delete by old documented", "1 merge mail joe@contoso.com by CN=Joe mail documented"]
    );
    assert_eq!(world.lines(1), ["1 create documented"]);
}

#[test]
fn users_with_one_mail_become_one_where_that_was_chosen() {
    let users = || {
        [
            user("A", 1).upn("a@contoso.com").mail("m@contoso.com"),
            user("B", 2).upn("b@contoso.com").mail("m@contoso.com"),
        ]
    };
    let mut tenant = tenant();
    assert!(world(&users(), &[], &tenant).lines(1)[0].starts_with("1 export-error mail"));
    tenant.joins_users_by_mail = true;
    assert_eq!(
        world(&users(), &[], &tenant).lines(1),
        ["1 merge mail m@contoso.com by CN=A mail documented"]
    );
}

#[test]
fn contacts_with_one_mail_are_likely_to_become_one() {
    let ana = |number| contact("Ana", number).mail("ana@fabrikam.com");
    let mut tenant = tenant();
    assert_eq!(
        world(&[ana(1), ana(2)], &[], &tenant).lines(1),
        ["1 merge mail ana@fabrikam.com by CN=Ana mail likely"]
    );
    tenant.client = Client::CloudSync;
    assert!(!world(&[ana(1), ana(2)], &[], &tenant).lines(1)[0].contains("merge"));
}

#[test]
fn a_linked_mailbox_belongs_to_its_account() {
    let sid = "S-1-5-21-7-7-7-1001";
    let account = user("Joe", 2).upn("joe@contoso.com").with(Attribute::ObjectSid, sid);
    let mailbox = user("JoeMailbox", 1)
        .with(Attribute::MasterAccountSid, sid)
        .proxies(&["SMTP:joe@contoso.com"])
        .edit(|object| object.recipient_type = Some(2));
    let joined = world(&[mailbox.clone(), account], &[], &tenant());
    assert!(joined.lines(0)[0].starts_with("1 merge msExchMasterAccountSid"), "{:?}", joined.lines(0));
    assert_eq!(joined.becomes(1, Attribute::ProxyAddresses), "SMTP:joe@contoso.com");
    let alone = world(&[mailbox], &[], &tenant());
    assert!(alone.lines(0)[0].starts_with("1 filtered a linked mailbox"), "{:?}", alone.lines(0));
}
