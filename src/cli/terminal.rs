//! What the terminal can do, and what people want of it.

use std::io::{self, IsTerminal};

use supports_hyperlinks::Stream;

use super::arguments::{Colour, Common};
use crate::report::Style;

/// The width where nobody says one.
const WIDTH: usize = 100;

/// How reports look on standard output.
pub(super) fn style<'s>(common: &Common, secret: &'s (dyn Fn(&str) -> bool + Sync)) -> Style<'s> {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Style {
        colour: is_coloured(common.color, &variable, io::stdout().is_terminal()),
        links: common.color != Colour::Never && supports_hyperlinks::on(Stream::Stdout),
        width: columns.or(terminal).unwrap_or(WIDTH).clamp(40, 160),
        limit: Some(20),
        verbose: common.verbose,
        quiet: common.quiet,
        timed: true,
        secret,
    }
}

/// The same on standard error, which may lead elsewhere.
pub(super) fn on_errors<'s>(style: Style<'s>, common: &Common) -> Style<'s> {
    Style {
        colour: is_coloured(common.color, &variable, io::stderr().is_terminal()),
        links: common.color != Colour::Never && supports_hyperlinks::on(Stream::Stderr),
        ..style
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Whether colours are used: what is said on the command line, then <https://no-color.org>, then what forces them, then
/// <https://bixense.com/clicolors>, then whether a person looks.
fn is_coloured(choice: Colour, variable: &dyn Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_on = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    let is = |name: &str, wanted: &str| variable(name).is_some_and(|value| value == wanted);
    match choice {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if is_set("NO_COLOR") || is("FORCE_COLOR", "0") => false,
        Colour::Auto if is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE") => true,
        Colour::Auto => is_terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_decide_in_their_order() {
        let coloured = |set: &[(&str, &str)], is_terminal| {
            let variable = |name: &str| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            is_coloured(Colour::Auto, &variable, is_terminal)
        };
        assert!(coloured(&[], true) && !coloured(&[], false));
        assert!(coloured(&[("NO_COLOR", "")], true));
        assert!(!coloured(&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], true));
        assert!(coloured(&[("FORCE_COLOR", "1")], false) && coloured(&[("CLICOLOR_FORCE", "1")], false));
        assert!(!coloured(&[("FORCE_COLOR", "0")], true) && !coloured(&[("CLICOLOR_FORCE", "0")], false));
        assert!(!coloured(&[("CLICOLOR", "0")], true) && !coloured(&[("TERM", "dumb")], true));
    }
}
