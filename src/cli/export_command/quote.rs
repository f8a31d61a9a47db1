//! Quoting for the shells in which the commands are pasted.

use crate::finding::Problem;

/// The shell that a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    /// cmd.exe.
    Cmd,
    /// Windows PowerShell, and PowerShell.
    Pwsh,
    /// Any shell of POSIX.
    Posix,
}

impl Shell {
    /// What begins a comment.
    pub(super) fn comment(self) -> &'static str {
        match self {
            Self::Cmd => "rem",
            Self::Pwsh | Self::Posix => "#",
        }
    }

    /// The text as one word of the shell.
    pub(super) fn quote(self, text: &str) -> String {
        match self {
            Self::Cmd => {
                // programs read `\"` as a quotation mark that does not end the word
                let end = text.len() - text.trim_end_matches('\\').len();
                format!("\"{text}{}\"", "\\".repeat(end))
            }
            Self::Pwsh => {
                // PowerShell takes typographic marks for the plain one
                let mark = |c: char| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}');
                let twice = |c: char| std::iter::repeat_n(c, if mark(c) { 2 } else { 1 });
                format!("'{}'", text.chars().flat_map(twice).collect::<String>())
            }
            Self::Posix => format!("'{}'", text.replace('\'', r"'\''")),
        }
    }

    /// Refuses what cannot be quoted for the shell.
    pub(super) fn accept(self, option: &str, text: &str) -> Result<(), Problem> {
        let bad = |c: &char| c.is_control() || (self == Self::Cmd && matches!(c, '"' | '%' | '!'));
        let problem = match text.chars().find(bad) {
            _ if text.trim().is_empty() => Problem::error("bad-usage", format!("`{option}` is empty")),
            // a word that begins so is an option of the program
            _ if text.starts_with('-') => {
                Problem::error("bad-usage", format!("`{option} {text}` begins with a hyphen"))
            }
            None => return Ok(()),
            Some(c) if c.is_control() => {
                Problem::error("bad-usage", format!("`{option}` holds a control character"))
            }
            Some(c) => {
                Problem::error("bad-usage", format!("`{option}` holds `{c}`, which cmd.exe would change"))
            }
        };
        Err(problem.help(format!("leave `{option}` out, and complete the printed command by hand")))
    }
}

/// Whether a directory could have an attribute or object class of this name (RFC 4512, and the underscore of some
/// servers): such a name needs no quoting in any shell, nor in a filter.
pub(super) fn is_ldap_name(name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(part)
}

/// Whether Microsoft Graph could have a property of this name.
pub(super) fn is_graph_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{Shell, is_graph_name, is_ldap_name};

    #[test]
    fn words_stay_one_word() {
        assert_eq!(Shell::Posix.quote("O'Brien $HOME"), r"'O'\''Brien $HOME'");
        assert_eq!(Shell::Pwsh.quote("O'Brien’s $x"), "'O''Brien’’s $x'");
        assert_eq!(Shell::Cmd.quote(r"OU=a & b\"), r#""OU=a & b\\""#);
        assert!(
            Shell::Cmd.accept("--base", "a\"b").is_err() && Shell::Cmd.accept("--base", "%PATH%").is_err()
        );
        assert!(
            Shell::Posix.accept("--base", "a\nb").is_err() && Shell::Posix.accept("--bind", "-x").is_err()
        );
        assert!(
            Shell::Posix.accept("--base", "100%\"").is_ok() && Shell::Posix.accept("--base", " ").is_err()
        );
    }

    #[test]
    fn names_of_attributes() {
        for name in ["mail", "mS-DS-ConsistencyGuid", "1.2.840.113556", "extension_1_x"] {
            assert!(is_ldap_name(name), "{name}");
        }
        for name in ["", "-x", "a b", "a'b", "a\"b", "$(id)", "a;b", "a,b", "a)b", "é", "%PATH%", "a\n"] {
            assert!(!is_ldap_name(name) && !is_graph_name(name), "{name}");
        }
        assert!(is_graph_name("userPrincipalName") && !is_graph_name("signInActivity/lastSignInDateTime"));
    }
}
