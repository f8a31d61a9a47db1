//! What lies beyond the object at hand: other objects, by name and by key.

use super::object::{Answer, Object, Value};
use crate::language::plan::ClassSet;

/// What became of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// The object was found, and shown to whoever asked.
    Found,
    /// There is no such object.
    Missing,
    /// Nobody knows: not read yet, or outside what was exported.
    Unknown,
}

/// Who looks a key up.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'o> {
    /// The object whose value it is.
    pub here: &'o Object<'o>,
    /// The object that the sentence is about; none while keys are collected.
    pub itself: Option<&'o Object<'o>>,
}

/// Other objects. While records are scanned nothing is known of them; when findings are confirmed, everything.
pub trait World {
    /// Shows the object that a distinguished name of a source means.
    fn follow(&self, source: u16, name: &[u8], show: &mut dyn FnMut(&Object<'_>)) -> Followed;

    /// Whether a distinguished name means an object of one of the classes for which `is_meant` holds.
    fn refers(
        &self,
        name: &[u8],
        classes: &ClassSet,
        is_meant: Option<&mut dyn FnMut(&Object<'_>) -> Answer>,
    ) -> Answer;

    /// Whether a value is among the keys of an index, on another object than the one that asks, for which `is_meant` holds.
    /// The key that is equal is shown along.
    fn equals_any(
        &self,
        index: usize,
        asker: Asker<'_>,
        value: &Value<'_>,
        is_meant: &mut dyn FnMut(&Object<'_>, &Value<'_>) -> Answer,
    ) -> Answer;
}

impl<W: World + ?Sized> World for &W {
    fn follow(&self, source: u16, name: &[u8], show: &mut dyn FnMut(&Object<'_>)) -> Followed {
        (**self).follow(source, name, show)
    }

    fn refers(
        &self,
        name: &[u8],
        classes: &ClassSet,
        is_meant: Option<&mut dyn FnMut(&Object<'_>) -> Answer>,
    ) -> Answer {
        (**self).refers(name, classes, is_meant)
    }

    fn equals_any(
        &self,
        index: usize,
        asker: Asker<'_>,
        value: &Value<'_>,
        is_meant: &mut dyn FnMut(&Object<'_>, &Value<'_>) -> Answer,
    ) -> Answer {
        (**self).equals_any(index, asker, value, is_meant)
    }
}
