//! Files of csexport from end to end: what is shown of them, where it stands, and what is wrong with them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod common;

use common::{Desk, Ran};
use presync::snapshot::csexport::FaultKind;
use serde_json::Value;

/// An object as csexport writes it: a change that waits, what the object will be, and an error of the last export.
const WHOLE: &str = r#"<?xml version="1.0" encoding="UTF-16"?>
<cs-objects>
 <cs-object cs-dn="CN={4A6F65}" id="{2819A5C8-BE27-EC11-A970-000D3A1B4EEE}" object-type="user">
  <unapplied-export>
   <delta operation="update" dn="CN={4A6F65}">
    <primary-objectclass>user</primary-objectclass>
    <attr name="mail" operation="add" type="string" multivalued="false"><value>wrong@contoso.com</value></attr>
    <attr name="proxyAddresses" operation="update" type="string" multivalued="true">
      <value operation="add">smtp:new@contoso.com</value><value operation="delete">smtp:old@contoso.com</value></attr>
   </delta>
  </unapplied-export>
  <synchronized-hologram><entry dn="CN={4A6F65}"><attr name="mail"><value>before@contoso.com</value></attr></entry></synchronized-hologram>
  <unapplied-export-hologram><entry dn="CN={4A6F65}"><primary-objectclass>user</primary-objectclass>
    <objectclass><oc-value>user</oc-value><oc-value>top</oc-value></objectclass>
    <attr name="userPrincipalName" type="string" multivalued="false"><value>joe@contoso.com</value></attr>
    <attr name="proxyAddresses" type="string" multivalued="true"><value>SMTP:joe@contoso.com</value><value>smtp:j&amp;j@contoso.com</value></attr>
    <dn-attr name="manager" multivalued="false"><dn-value><dn>CN={416E6E}</dn></dn-value></dn-attr></entry></unapplied-export-hologram>
  <escrowed-export-hologram/><unconfirmed-export-hologram/><pending-import-hologram/>
  <connector>1</connector><export-delta-operation>update</export-delta-operation>
  <ma-name>contoso.onmicrosoft.com - AAD</ma-name>
  <mv-link>{46EBDE97-7220-E911-80CB-000D3A3614C0}</mv-link>
  <export-errordetail><export-error error-type="AttributeValueMustBeUnique" error-code="0x8023134a" error-literal="Unable to &quot;update&quot;" retry-count="3"/></export-errordetail>
 </cs-object>
</cs-objects>
"#;

/// One object with these elements in it.
fn object(inner: &str) -> String {
    format!("<cs-objects><cs-object cs-dn=\"CN=a\" object-type=\"user\">{inner}</cs-object></cs-objects>")
}

/// One object that will have these attributes.
fn entry(attributes: &str) -> String {
    object(&format!("<unapplied-export-hologram><entry>{attributes}</entry></unapplied-export-hologram>"))
}

fn run(content: impl AsRef<[u8]>) -> Ran {
    Desk::new().file("a.xml", content).run(&["show", "--format", "jsonl", "--positions", "a.xml"])
}

/// The objects that are shown.
fn shown(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The values of one attribute of the first object, with the text of the file from which each was read.
fn values(content: &str, attribute: &str) -> Vec<(String, String)> {
    let ran = run(content);
    ran.exits(0);
    let object = &shown(&ran)[0];
    let values = object["attributes"][attribute].as_array().cloned().unwrap_or_default();
    let one = |value: &Value| {
        let at = usize::try_from(value["offset"].as_u64().unwrap()).unwrap();
        let length = usize::try_from(value["length"].as_u64().unwrap()).unwrap();
        let text = value["value"].as_str().map_or(value["value"].to_string(), str::to_owned);
        (text, content[at..at + length].to_owned())
    };
    values.iter().map(one).collect()
}

/// The values of one attribute, each of which stands in the file as it is.
fn plain(content: &str, attribute: &str) -> Vec<String> {
    let values = values(content, attribute);
    values.iter().for_each(|(value, raw)| assert_eq!(value, raw));
    values.into_iter().map(|(value, _)| value).collect()
}

#[test]
fn an_object_is_shown_as_it_will_be() {
    let ran = run(WHOLE);
    let object = &shown(ran.exits(0))[0];
    assert_eq!(object["dn"]["value"], "CN={4A6F65}");
    assert_eq!((&object["dn"]["line"], &object["dn"]["column"]), (&Value::from(3), &Value::from(20)));
    assert_eq!(object["class"], "user");
    assert_eq!(plain(WHOLE, "objectClass"), ["top", "user"]);
    assert_eq!(plain(WHOLE, "userPrincipalName"), ["joe@contoso.com"]);
    assert_eq!(plain(WHOLE, "manager"), ["CN={416E6E}"]);
    assert_eq!(plain(WHOLE, "mail"), Vec::<String>::new());
    let addresses = values(WHOLE, "proxyAddresses");
    assert_eq!(addresses[1], ("smtp:j&j@contoso.com".to_owned(), "smtp:j&amp;j@contoso.com".to_owned()));
}

#[test]
fn the_class_is_the_one_that_says_most() {
    for classes in ["top unit", "unit top", "top", "unit"] {
        let values: String =
            classes.split(' ').map(|class| format!("<oc-value>{class}</oc-value>")).collect();
        let content = entry(&format!(
            "<primary-objectclass>unit</primary-objectclass><objectclass>{values}</objectclass>"
        ));
        let content = content.replace("object-type=\"user\"", "object-type=\"unit\"");
        assert_eq!(shown(run(content).exits(0))[0]["class"], "unit", "{classes}");
    }
}

#[test]
fn what_csexport_says_besides_becomes_attributes() {
    for (attribute, value) in [
        ("connector", "1"),
        ("ma-name", "contoso.onmicrosoft.com - AAD"),
        ("exportOperation", "update"),
        ("metaverseLink", "{46EBDE97-7220-E911-80CB-000D3A3614C0}"),
        ("exportError", "AttributeValueMustBeUnique"),
        ("exportErrorCode", "0x8023134a"),
    ] {
        assert_eq!(plain(WHOLE, attribute), [value]);
    }
    assert_eq!(values(WHOLE, "exportErrorText")[0].0, "Unable to \"update\"");
    let elements = object(
        "<export-errordetail><export-status><error-type> InvalidSoftMatch </error-type><cd-error>\
         <error-code>7</error-code><error-literal/></cd-error></export-status></export-errordetail>",
    );
    assert_eq!(plain(&elements, "exportError"), ["InvalidSoftMatch"]);
    assert_eq!(plain(&elements, "exportErrorCode"), ["7"]);
    assert_eq!(plain(&elements, "exportErrorText"), Vec::<String>::new());
}

#[test]
fn the_best_state_that_there_is_counts() {
    let mut states = vec![
        "unapplied-export-hologram",
        "escrowed-export-hologram",
        "unconfirmed-export-hologram",
        "synchronized-hologram",
        "pending-import-hologram",
    ];
    let state = |name: &str| {
        format!("<{name}><entry><attr name=\"mail\"><value>{name}</value></attr></entry></{name}>")
    };
    while let Some(first) = states.first() {
        let delta = "<unapplied-export><delta operation=\"update\"/></unapplied-export>";
        let all: String = states.iter().rev().map(|name| state(name)).collect();
        assert_eq!(plain(&object(&format!("{delta}{all}")), "mail"), [*first]);
        states.remove(0);
    }
    let delta = WHOLE.replace("entry", "nothing");
    assert_eq!(plain(&delta, "mail"), ["wrong@contoso.com"]);
    assert_eq!(plain(&delta, "proxyAddresses"), ["smtp:new@contoso.com"]);
    let deleted = "<unapplied-export><delta operation=\"update\"><attr name=\"mail\" operation=\"delete\"><value>x</value>\
                   </attr></delta></unapplied-export>";
    assert_eq!(plain(&object(deleted), "mail"), Vec::<String>::new());
}

#[test]
fn a_deletion_is_shown_and_not_judged() {
    let delta = object("<unapplied-export><delta operation=\"delete\"/></unapplied-export>");
    let word = object("<export-delta-operation>delete</export-delta-operation>");
    for content in [delta, word] {
        let ran = run(&content);
        assert_eq!(shown(ran.exits(0))[0]["changetype"], "delete");
        let other = object("").replace("CN=a", "CN=b").replace("<cs-objects>", "");
        let both = content.replace("</cs-objects>", &other);
        let rules =
            "rules:\n  - { id: no-mail, rule: \"each user must have mail\", message: none, tags: [mail] }\n";
        let ran = Desk::with(&[("rules.yaml", rules), ("a.xml", &both)]).check(&["a.xml", "--verbose"]);
        ran.says(&["a change record in `a.xml` is shown, not judged", "1 user"]);
    }
}

#[test]
fn a_change_says_nothing_of_other_attributes() {
    let rules =
        "rules:\n  - { id: no-mail, rule: \"each user must have mail\", message: none, tags: [mail] }\n";
    let other = "<cs-object cs-dn=\"CN=b\" object-type=\"user\"><synchronized-hologram><entry><attr name=\"mail\">\
                 <value>b</value></attr></entry></synchronized-hologram></cs-object></cs-objects>";
    let content = |operation: &str| {
        let delta = format!(
            "<unapplied-export><delta operation=\"{operation}\"><attr name=\"sn\" operation=\"add\"><value>a</value></attr>\
             </delta></unapplied-export>"
        );
        object(&delta).replace("</cs-objects>", other)
    };
    let check = |operation: &str| {
        Desk::with(&[("rules.yaml", rules), ("a.xml", &content(operation))]).check(&["a.xml"])
    };
    check("update").exits(0);
    check("add").exits(1).shows(&["no-mail"]);
}

#[test]
fn values_are_decoded_and_stand_where_they_are_written() {
    let content = entry(
        "<attr name=\"a\"><value>&lt;x&gt; &#xE9;&#233;</value><value><![CDATA[a & <b>]]>c</value><value></value><value/></attr>\
         <attr name=\"b\"><value encoding=\"base64\">SsO8\n  cmdlbg==</value><value encoding=\"base64\"><![CDATA[YQ==]]></value>\
         <value encoding=\"base64\">/w==</value></attr><attr name=\"c\"><value> x <!-- no -->y</value></attr>",
    );
    let text = |(value, raw): (&str, &str)| (value.to_owned(), raw.to_owned());
    let a = [("<x> éé", "&lt;x&gt; &#xE9;&#233;"), ("a & <b>c", "<![CDATA[a & <b>]]>c"), ("", ""), ("", "")];
    assert_eq!(values(&content, "a"), a.map(text));
    let b = [("Jürgen", "SsO8\n  cmdlbg=="), ("a", "YQ=="), ("{\"base64\":\"/w==\"}", "/w==")];
    assert_eq!(values(&content, "b"), b.map(text));
    assert_eq!(values(&content, "c"), [text((" x y", " x <!-- no -->y"))]);
}

#[test]
fn names_of_objects_are_decoded() {
    let content = "<cs-objects><cs-object object-type='user' cs-dn='CN=A &amp; B'/></cs-objects>";
    let ran = run(content);
    let dn = &shown(ran.exits(0))[0]["dn"];
    assert_eq!((&dn["value"], &dn["length"]), (&Value::from("CN=A & B"), &Value::from(12)));
}

#[test]
fn utf_16_is_read() {
    let bytes: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(WHOLE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ran = run(bytes);
    let utf_8 = run(WHOLE);
    assert_eq!(ran.exits(0).out, utf_8.out);
}

#[test]
fn objects_are_found_around_comments_and_other_things_that_only_look_like_objects() {
    let content = "<?pi <cs-object ?><!-- <cs-object> --><cs-objects ><!-- </cs-object> > -->\
                   <cs-object cs-dn=\"a>/\"><x><![CDATA[</cs-object>]]></x></cs-object >\n<cs-objectx/><cs-object cs-dn='b'/>\
                   </cs-objects><!-- x -->";
    let ran = run(content);
    let names: Vec<Value> = shown(ran.exits(0)).iter().map(|object| object["dn"]["value"].clone()).collect();
    assert_eq!(names, ["a>/", "b"]);
}

#[test]
fn other_xml_in_a_folder_is_passed_over() {
    let other = "<?xml version=\"1.0\"?><project/>";
    let desk = Desk::with(&[("d/pom.xml", other), ("d/export.xml", WHOLE), ("d/cut.xml", "<cs-objects>")]);
    let ran = desk.run(&["show", "--verbose", "d"]);
    ran.exits(2).says(&["csexport-cut-short", "d/cut.xml", "not read: d/pom.xml"]).shows(&["CN={4A6F65}"]);
    assert!(!ran.err.contains("csexport-not-csexport"));
}

/// A file with a fault: exit code 2, the code word, the line, the text that is marked, and the objects that are read all the same.
#[track_caller]
fn broken(content: &str, kind: FaultKind, line: usize, marked: &str, objects: usize) {
    let code = FaultKind::all().find(|(known, _)| *known == kind).unwrap().1;
    let ran = run(content);
    ran.exits(2).says(&[&format!("error[{code}]"), &format!("a.xml:{line}:")]);
    assert!(
        ran.underlined().iter().any(|text| text.starts_with(marked)),
        "{:?}\n{}",
        ran.underlined(),
        ran.err
    );
    assert_eq!(ran.out.lines().count(), objects, "{}", ran.out);
}

const GOOD: &str = "<cs-object cs-dn=\"CN=good\"/>";

#[test]
fn each_fault_of_a_file_has_a_code_and_a_place() {
    broken("<?xml version=\"1.0\"?>\n<html a=\"1\"></html>", FaultKind::NotCsexport, 2, "<html", 0);
    let doctype = format!("<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"b\">]>\n{}", object(""));
    broken(&doctype, FaultKind::Doctype, 2, "<!DOCTYPE", 0);
    let cut = |tail: &str| format!("<cs-objects>\n{GOOD}\n{tail}");
    broken(&cut("<cs-object cs-dn=\"b\">\n<x>"), FaultKind::CutShort, 3, "<cs-object", 1);
    broken(&cut("<cs-object cs-d"), FaultKind::CutShort, 3, "<cs-object", 1);
    broken(&cut("<!-- <cs-object"), FaultKind::CutShort, 3, "<!-- <cs-o", 1);
    broken(&cut("<cs-ob"), FaultKind::CutShort, 1, "<cs-objects", 1);
    let whole = |middle: &str| format!("<cs-objects>\n{middle}\n{GOOD}</cs-objects>");
    broken(&whole("<cs-object cs-dn=\"b\"><x>"), FaultKind::NotClosed, 2, "<cs-object", 1);
    broken(&whole("</cs-object>"), FaultKind::MismatchedEnd, 2, "</cs-object>", 1);
    let in_front = format!("<cs-objects>{GOOD}\n<cs-object cs-dn=\"b\">\n</cs-objects>");
    broken(&in_front, FaultKind::NotClosed, 2, "<cs-object", 1);
}

#[test]
fn each_fault_of_an_object_has_a_code_and_a_place() {
    let in_entry = |attribute: &str| {
        format!("\n{}", entry(&format!("\n{attribute}\n<attr name=\"mail\"><value>x</value></attr>")))
    };
    let faults = [
        ("<attr name=\"a\"><value>b</attr>", FaultKind::MismatchedEnd, "</attr>"),
        ("<attr name=\"a\"></b></attr>", FaultKind::MismatchedEnd, "</b>"),
        ("<attr name=\"a\"><value>&nbsp;</value></attr>", FaultKind::BadReference, "&nbsp;"),
        ("<attr name=\"a\"><value>a & b</value></attr>", FaultKind::BadReference, "&"),
        ("<attr name=\"a\"><value>1<b>2</b></value></attr>", FaultKind::ElementInValue, "1<b>2</b>"),
        ("<attr name=\"a\"><value encoding=\"base64\">YWJ!</value></attr>", FaultKind::BadBase64, "!"),
        ("<attr name=\"a\"><value encoding=\"base64\">YWJ</value></attr>", FaultKind::BadBase64, "YWJ"),
        ("<attr><value>b</value></attr>", FaultKind::NoName, "<attr>"),
        ("<attr name=a><value>b</value></attr>", FaultKind::BadTag, "name=a>"),
    ];
    for (text, kind, marked) in faults {
        broken(&in_entry(text), kind, 3, marked, 1);
        let ran = run(in_entry(text));
        assert_eq!(shown(&ran)[0]["attributes"]["mail"][0]["value"], "x", "{text}");
    }
    // what cannot be read ends the object, and only it
    let rest = format!("\n{}", entry("\n<attr name=\"a><value>b</value></attr>"));
    let rest = rest.replace("</cs-objects>", &format!("\n{GOOD}</cs-objects>"));
    broken(&rest, FaultKind::BadTag, 3, "<attr name=\"a>", 2);
    broken(&format!("\n{}", object("").replace("cs-dn", "dn")), FaultKind::NoDn, 2, "<cs-object", 1);
    let deep = format!("\n{}", object(&format!("{}\n<b>{}", "<a>".repeat(999), "</b>")));
    assert!(run(&deep).err.contains("csexport-too-deep"));
    broken(&deep.replace("<a><a>", "<a>\n<a>"), FaultKind::TooDeep, 502, "<b>", 1);
}

#[test]
fn a_file_that_ends_early_is_judged_up_to_there() {
    let whole = format!("<cs-objects>{}{GOOD}</cs-objects>", GOOD.repeat(3));
    for length in 1..whole.len() {
        let ran = run(&whole[..length]);
        ran.exits(2);
        let ended = whole[..length].matches("/>").count();
        assert_eq!(ran.out.lines().count(), ended, "{}", ran.err);
    }
}
