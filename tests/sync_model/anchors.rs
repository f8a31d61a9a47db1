//! Source anchors, and the names of the connector space.

use presync::entra::anchor::{
    AnchorFault, connector_name, custom, decode, encode, from_connector_name, guid_text, source_anchor,
};
use presync::entra::{AnchorAttribute, Attribute, Client};
use presync::snapshot::value::guid;
use proptest::prelude::*;

use crate::world::{anchor, contact, group, tenant, user};

#[test]
fn a_guid_is_written_in_base64_of_its_stored_bytes() {
    let bytes = guid(b"46ebde97-7220-e911-80cb-000d3a3614c0").unwrap();
    assert_eq!(encode(&bytes), "l97rRiByEemAywANOjYUwA==");
    assert_eq!(
        guid_text(&decode("l97rRiByEemAywANOjYUwA==").unwrap()),
        "46ebde97-7220-e911-80cb-000d3a3614c0"
    );
}

#[test]
fn names_of_the_connector_space_are_read_and_written() {
    for (name, text, guid) in [
        (
            "CN={2B4B574735713744676B53504C39424D4C72785247513D3D}",
            "+KWG5q7DgkSPL9BMLrxRGQ==",
            "e686a5f8-c3ae-4482-8f2f-d04c2ebc5119",
        ),
        (
            "CN={783456306961654236304B58786A66746377643748773D3D}",
            "x4V0iaeB60KXxjftcwd7Hw==",
            "897485c7-81a7-42eb-97c6-37ed73077b1f",
        ),
    ] {
        assert_eq!(from_connector_name(name).unwrap(), text);
        assert_eq!(guid_text(&decode(text).unwrap()), guid);
        assert_eq!(connector_name(text), name);
        assert_eq!(name.len(), 53);
    }
    for text in ["CN=Joe", "OU={2B}", "CN={2B4}", "CN={XY}", "CN={FF}"] {
        assert_eq!(from_connector_name(text), Err(AnchorFault::NotConnectorName), "{text}");
    }
}

#[test]
fn what_is_no_anchor_says_why() {
    assert_eq!(decode("not base64"), Err(AnchorFault::NotBase64));
    assert_eq!(decode("am9l"), Err(AnchorFault::Length(3)));
    assert_eq!(AnchorFault::Length(3).to_string(), "a GUID has 16 bytes, not 3");
    assert_eq!(custom("joe_smith"), Err(AnchorFault::Character('_')));
    assert_eq!(custom(&"a".repeat(60)), Err(AnchorFault::TooLong(60)));
    assert_eq!(custom(&"a".repeat(59)), Ok(()));
    // other characters than letters and digits count as three
    assert_eq!(custom(&format!("{}-.", "a".repeat(54))), Err(AnchorFault::TooLong(60)));
}

#[test]
fn users_have_the_consistency_guid_and_else_the_object_guid() {
    let tenant = tenant();
    let own = user("Joe", 1);
    assert_eq!(source_anchor(&own.done(), &tenant), Ok(Some(anchor(1))));
    let given = own.clone().edit(|object| object.consistency_guid = Some([9; 16].into()));
    assert_eq!(source_anchor(&given.done(), &tenant), Ok(Some(anchor(9))));
    let empty = own.clone().edit(|object| object.consistency_guid = Some([].into()));
    assert_eq!(source_anchor(&empty.done(), &tenant), Ok(Some(anchor(1))));
    let short = own.edit(|object| object.consistency_guid = Some([9; 15].into()));
    assert_eq!(source_anchor(&short.done(), &tenant), Err(AnchorFault::Length(15)));
}

#[test]
fn a_linked_mailbox_has_no_anchor() {
    let linked = user("Joe", 1).edit(|object| object.recipient_type = Some(2));
    assert_eq!(source_anchor(&linked.done(), &tenant()), Ok(None));
}

#[test]
fn groups_and_contacts_always_have_the_object_guid() {
    for object in [group("Sales", 3), contact("Ana", 3)] {
        let object = object.edit(|object| object.consistency_guid = Some([9; 16].into())).done();
        assert_eq!(source_anchor(&object, &tenant()), Ok(Some(anchor(3))));
    }
}

#[test]
fn an_installation_may_use_another_attribute_and_cloud_sync_may_not() {
    let mut tenant = tenant();
    let given = user("Joe", 1)
        .with(Attribute::Anchor, "E4711")
        .edit(|object| object.consistency_guid = Some([9; 16].into()))
        .done();
    tenant.anchor = AnchorAttribute::ObjectGuid;
    assert_eq!(source_anchor(&given, &tenant), Ok(Some(anchor(1))));
    tenant.anchor = AnchorAttribute::Other;
    assert_eq!(source_anchor(&given, &tenant), Ok(Some("E4711".to_owned())));
    assert_eq!(source_anchor(&user("Ann", 2).done(), &tenant), Ok(None));
    tenant.client = Client::CloudSync;
    assert_eq!(source_anchor(&given, &tenant), Ok(Some(anchor(9))));
}

proptest! {
    #[test]
    fn every_guid_comes_back(bytes in any::<[u8; 16]>()) {
        let text = encode(&bytes);
        prop_assert_eq!(decode(&text), Ok(bytes));
        prop_assert_eq!(from_connector_name(&connector_name(&text)), Ok(text));
        prop_assert_eq!(guid(guid_text(&bytes).as_bytes()), Some(bytes));
    }
}
