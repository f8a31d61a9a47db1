//! Values of parameters: defaults in packs, and what the command line sets.

use super::raw::{RawParameter, RawParameterType};
use crate::language::parse_operand;
use crate::language::parse_pattern;
use crate::language::symbols::{Parameter, ParameterType, Setting};
use crate::language::syntax::Operand;
use crate::snapshot::value::{Type, boolean, number};

/// A parameter with its default. An error says what the default should be.
pub(super) fn declared(raw: &RawParameter) -> Result<Parameter, String> {
    let kind = kind(raw.kind);
    let value = match &raw.default {
        None | Some(serde_yaml::Value::Null) => None,
        Some(value) => Some(default(kind, value)?),
    };
    Ok(Parameter { kind, value, may_be_empty: raw.may_be_empty })
}

pub(super) fn kind(raw: RawParameterType) -> ParameterType {
    match raw {
        RawParameterType::Text | RawParameterType::Attribute => ParameterType::One(Type::Text),
        RawParameterType::Number => ParameterType::One(Type::Number),
        RawParameterType::Boolean => ParameterType::One(Type::Boolean),
        RawParameterType::Time => ParameterType::One(Type::Time),
        RawParameterType::Dn => ParameterType::One(Type::Dn),
        RawParameterType::Guid => ParameterType::One(Type::Guid),
        RawParameterType::Sid => ParameterType::One(Type::Sid),
        RawParameterType::List => ParameterType::List,
        RawParameterType::Duration => ParameterType::Duration,
        RawParameterType::Regex => ParameterType::Regex,
    }
}

fn default(kind: ParameterType, value: &serde_yaml::Value) -> Result<Setting, String> {
    match (kind, value) {
        (ParameterType::List, serde_yaml::Value::Sequence(items)) => {
            let texts = items.iter().map(scalar).collect::<Option<Vec<_>>>();
            texts.map(Setting::List).ok_or_else(|| "a list holds texts".to_owned())
        }
        (ParameterType::List, _) => Err("a list is written `[a, b]`".to_owned()),
        _ => {
            let text = scalar(value).ok_or_else(|| "a single value is expected".to_owned())?;
            setting(kind, &text)
        }
    }
}

pub(super) fn scalar(value: &serde_yaml::Value) -> Option<String> {
    match value {
        serde_yaml::Value::String(text) => Some(text.clone()),
        serde_yaml::Value::Number(number) => Some(number.to_string()),
        serde_yaml::Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A value as the command line writes it: lists by commas.
pub(super) fn setting(kind: ParameterType, text: &str) -> Result<Setting, String> {
    match kind {
        ParameterType::List => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Setting::List(items.map(str::to_owned).collect()))
        }
        ParameterType::One(Type::Number) => {
            number(text.as_bytes()).map(Setting::Number).ok_or_else(|| format!("`{text}` is no number"))
        }
        ParameterType::One(Type::Boolean) => boolean(text.as_bytes())
            .map(Setting::Boolean)
            .ok_or_else(|| format!("`{text}` is neither true nor false")),
        ParameterType::One(_) => Ok(Setting::Text(text.to_owned())),
        ParameterType::Duration => match parse_operand(text).map(|operand| operand.node) {
            Ok(Operand::Duration(seconds)) => Ok(Setting::Number(seconds)),
            _ => Err(format!("`{text}` is no time span such as `90 days`")),
        },
        ParameterType::Regex => match parse_pattern(text) {
            Ok(pattern) => Ok(Setting::Regex(pattern.node)),
            Err(_) => Err(format!("`{text}` is no regular expression such as `/^svc-/`")),
        },
    }
}
