//! Requests as LDIF change records (RFC 2849), for `ldapmodify` and for `ldifde -i`.

use std::io::{self, Write};

use data_encoding::BASE64;

use super::by_object::{Modified, Request};
use super::ldif_value::{fold, is_safe};

/// The longest line, without its end (RFC 2849 has 76).
const WIDTH: usize = 76;

/// Writes requests. Values that go are named one by one and stand in one request with those that come: if the directory holds
/// another value by then, the server refuses the whole request and changes nothing. `about` is said in comments.
///
/// # Errors
/// What the operating system says.
pub fn ldif<'r>(
    requests: impl IntoIterator<Item = &'r Request>,
    about: &[&str],
    out: &mut dyn Write,
) -> io::Result<()> {
    // no `version:`, since that makes older tools refuse the file
    for line in about {
        writeln!(out, "# {line}")?;
    }
    writeln!(out)?;
    for request in requests {
        line("dn", request.name.as_bytes(), out)?;
        writeln!(out, "changetype: modify")?;
        for modified in &request.attributes {
            let Modified { attribute, removed, added } = modified;
            values("delete", attribute, removed, out)?;
            values("add", attribute, added, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn values(what: &str, attribute: &str, values: &[Vec<u8>], out: &mut dyn Write) -> io::Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    line(what, attribute.as_bytes(), out)?;
    for value in values {
        line(attribute, value, out)?;
    }
    // ldifde wants this line behind the last modification, too
    writeln!(out, "-")
}

fn line(name: &str, value: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let text = if is_safe(value, false) {
        [name.as_bytes(), b": ", value].concat()
    } else {
        [name.as_bytes(), b":: ", BASE64.encode(value).as_bytes()].concat()
    };
    out.write_all(&fold(&text, WIDTH, WIDTH - 1, b"\n"))?;
    writeln!(out)
}
