//! Which rules find nothing in texts of a kind, whatever the texts are: known when rules are folded, so that they are not asked.

use super::combine::{all, any, known, not};
use super::condition::Condition;
use super::domain::Known;
use super::kind::{Kind, STORED, Set};
use super::kinds::Kinds;
use super::plain::{Chain, Plain, Start, Step};
use super::predicate::Predicate;
use super::question::Answers;
use crate::language::function::Function;
use crate::language::plan::Range;
use crate::language::syntax::{Comparator, TextPlace};
use crate::snapshot::value::Type;

/// What becomes of a text of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passed {
    /// A text of a kind.
    On(Kind),
    /// It is dropped.
    Dropped,
    /// That depends on the text.
    Unknown,
}

/// What a chain leaves of the stored texts of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Cut {
    /// That depends on the text.
    #[default]
    Asked,
    /// All behind so many bytes.
    From(usize),
    /// Nothing: they are dropped.
    Dropped,
}

/// The same of stored texts of every kind, in the order of [`STORED`].
pub(super) type Cuts = [Cut; STORED.len()];

/// What steps leave of stored texts that are no longer than so many bytes.
pub(super) fn cuts(steps: &[Step<'_>], longest: usize) -> Cuts {
    STORED.map(|kind| Texts { longest, ..Texts::any(kind) }.cut(steps))
}

/// Which stored texts a chain shows, as sets of the bits of their kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// Each text of these kinds is shown, or what is left of it.
    pub(super) all: Set,
    /// Of these kinds that depends on the text.
    pub(super) some: Set,
}

impl Shown {
    /// What steps show.
    pub(super) fn through(steps: &[Step<'_>]) -> Self {
        let mut shown = Self { all: 0, some: 0 };
        for kind in STORED {
            match Texts::any(kind).through(steps) {
                Passed::On(_) => shown.all |= kind.bit(),
                Passed::Dropped => {}
                Passed::Unknown => shown.some |= kind.bit(),
            }
        }
        shown
    }

    /// Whether so many are shown of stored texts of these kinds, if that tells it.
    pub(super) fn decides(self, range: Range, kinds: Kinds) -> Option<bool> {
        if kinds.set() & self.some != 0 {
            return None;
        }
        let enough = range.most == u64::MAX && kinds.least(self.all) >= range.least;
        let counted = || kinds.count(self.all).map(|count| (range.least..=range.most).contains(&count));
        if enough { Some(true) } else { counted() }
    }
}

/// Which stored texts meet a predicate behind steps, as sets of the bits of their kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Met {
    /// Each text of these kinds does.
    pub(super) always: Set,
    /// None of these kinds does.
    pub(super) never: Set,
}

impl Met {
    /// What is known of a predicate behind steps, for texts with domains of these classes.
    pub(super) fn by(steps: &[Step<'_>], predicate: &Predicate<'_>, domains: &Known) -> Self {
        let mut met = Self { always: 0, never: 0 };
        let holds = |texts: Texts| match texts.through(steps) {
            Passed::On(kind) => Texts { kind, ..texts }.meets(predicate),
            Passed::Dropped => Some(false),
            Passed::Unknown => None,
        };
        for kind in STORED {
            match agreed(Texts::of_kind(kind, usize::MAX, domains).map(holds)) {
                Some(true) => met.always |= kind.bit(),
                Some(false) => met.never |= kind.bit(),
                None => {}
            }
        }
        met
    }

    /// Whether some text meets it among stored texts of these kinds, if that tells it.
    pub(super) fn decides(self, kinds: Set) -> Option<bool> {
        if kinds & self.always != 0 {
            return Some(true);
        }
        (kinds & !self.never == 0).then_some(false)
    }

    /// Whether looking at kinds tells more than looking at each text.
    pub(super) fn is_worth_sorting(self) -> bool {
        let told = self.always | self.never;
        told & Kind::Other.bit() == 0 && told & (Kind::Word.bit() | Kind::Line.bit()) != 0
    }
}

/// The shortest of the lengths that rules allow: where a text is no longer, none of the rules about lengths finds it too long.
pub(super) fn allowed_length(condition: &Condition<'_>) -> usize {
    match condition {
        Condition::Plain(plain) => allowed(plain),
        Condition::All(parts) | Condition::Any(parts) => shortest(parts.iter().map(allowed_length)),
        Condition::Not(inner) => allowed_length(inner),
        Condition::Asks(..) | Condition::Refers(..) | Condition::Unknown | Condition::Open(_) => usize::MAX,
    }
}

fn allowed(plain: &Plain<'_>) -> usize {
    match plain {
        Plain::All(parts) | Plain::Any(parts) => shortest(parts.iter().map(allowed)),
        Plain::Not(inner) => allowed(inner),
        Plain::Some(_, Predicate::Length { comparator: Comparator::AtMost, numbers: [most], .. }) => {
            usize::try_from(*most).unwrap_or(0)
        }
        _ => usize::MAX,
    }
}

fn shortest(lengths: impl Iterator<Item = usize>) -> usize {
    lengths.min().unwrap_or(usize::MAX)
}

/// What texts of one kind are known to be, when they are no longer than so many bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts {
    pub(super) kind: Kind,
    pub(super) longest: usize,
    /// The class of their domains if they are addresses, if it is known.
    pub(super) class: Option<Answers>,
    /// There are many of them: what takes longer to find out than to look at a few is worth it.
    pub(super) are_many: bool,
}

/// The kinds of stored texts of which a condition never holds once they went through steps, as a set of their bits.
pub(super) fn never(condition: &Condition<'_>, steps: &[Step<'_>], longest: usize) -> Set {
    let texts = |kind: Kind| Texts { longest, ..Texts::any(kind) };
    let is_never = |kind: &Kind| match texts(*kind).through(steps) {
        Passed::On(kind) => texts(kind).decides(condition) == Some(false),
        Passed::Dropped => true,
        Passed::Unknown => false,
    };
    STORED.iter().filter(|kind| is_never(kind)).map(|kind| kind.bit()).sum()
}

impl Texts {
    /// All texts of a kind.
    pub(super) fn any(kind: Kind) -> Self {
        Self { kind, longest: usize::MAX, class: None, are_many: false }
    }

    /// Stored texts of these kinds in many objects: addresses with domains of each of these classes, if they are known.
    pub(super) fn of(kinds: Set, longest: usize, domains: &Known) -> impl Iterator<Item = Self> {
        let kinds = STORED.into_iter().filter(move |kind| kinds & kind.bit() != 0);
        let texts = kinds.flat_map(move |kind| Self::of_kind(kind, longest, domains));
        texts.map(|texts| Self { are_many: true, ..texts })
    }

    fn of_kind(kind: Kind, longest: usize, domains: &Known) -> impl Iterator<Item = Self> {
        let known = domains.of(kind).filter(|domains| !domains.is_empty());
        let unknown = known.is_none().then_some(None);
        let classes = known.into_iter().flatten().map(|class| Some(*class));
        classes.chain(unknown).map(move |class| Self { class, longest, ..Self::any(kind) })
    }

    /// What becomes of them behind steps.
    pub(super) fn through(self, steps: &[Step<'_>]) -> Passed {
        let mut kind = self.kind;
        for step in steps {
            let next = match step {
                Step::Keep(condition) => match (Self { kind, ..self }).holds(condition) {
                    Some(true) => Some(kind),
                    Some(false) => return Passed::Dropped,
                    None => None,
                },
                Step::OfType { types, exact } => {
                    match kind.scheme().and_then(|scheme| Self { kind: scheme, ..self }.among(types, *exact))
                    {
                        Some(true) => Some(kind),
                        Some(false) => return Passed::Dropped,
                        None => None,
                    }
                }
                Step::Apply(function) => applied(*function, kind),
            };
            let Some(next) = next else { return Passed::Unknown };
            kind = next;
        }
        Passed::On(kind)
    }

    /// What steps leave of them.
    pub(super) fn cut(self, steps: &[Step<'_>]) -> Cut {
        let (mut texts, mut from) = (self, 0);
        for (number, step) in steps.iter().enumerate() {
            let Some(only) = steps.get(number..=number) else { return Cut::Asked };
            match (step, texts.through(only)) {
                (_, Passed::Dropped) => return Cut::Dropped,
                (_, Passed::Unknown) => return Cut::Asked,
                (Step::Keep(_) | Step::OfType { .. }, Passed::On(_)) => {}
                (Step::Apply(function), Passed::On(kind)) => {
                    from += match (function, texts.kind) {
                        (Function::Trim, known) if known.is_trimmed() => 0,
                        (Function::Address, Kind::Address | Kind::Word | Kind::Underscored) => 0,
                        (Function::Address, Kind::Primary | Kind::Secondary) => b"SMTP:".len(),
                        _ => return Cut::Asked,
                    };
                    texts.kind = kind;
                }
            }
        }
        Cut::From(from)
    }

    fn decides(self, condition: &Condition<'_>) -> Option<bool> {
        match condition {
            Condition::Plain(plain) => self.holds(plain),
            Condition::All(parts) => each(parts.iter().map(|part| self.decides(part)), false),
            Condition::Any(parts) => each(parts.iter().map(|part| self.decides(part)), true),
            Condition::Not(inner) => self.decides(inner).map(|holds| !holds),
            Condition::Asks(..) | Condition::Refers(..) | Condition::Unknown | Condition::Open(_) => None,
        }
    }

    fn holds(self, plain: &Plain<'_>) -> Option<bool> {
        match plain {
            Plain::Known(holds) => Some(*holds),
            Plain::All(parts) => each(parts.iter().map(|part| self.holds(part)), false),
            Plain::Any(parts) => each(parts.iter().map(|part| self.holds(part)), true),
            Plain::Not(inner) => self.holds(inner).map(|holds| !holds),
            Plain::Some(Chain { start: Start::It, steps, .. }, predicate) => match self.through(steps) {
                Passed::On(kind) => Self { kind, ..self }.meets(predicate),
                Passed::Dropped => Some(false),
                Passed::Unknown => None,
            },
            Plain::Same { left, right, .. } => (self.keeps(left) && self.keeps(right)).then_some(true),
            Plain::Once(_) | Plain::Some(..) | Plain::Stored(..) | Plain::Count(..) => None,
        }
    }

    /// Whether a chain gives the very text that it begins with.
    fn keeps(self, chain: &Chain<'_>) -> bool {
        chain.start == Start::It
            && chain.steps.iter().all(|step| match step {
                Step::Apply(Function::Trim) => self.kind.is_trimmed(),
                Step::Apply(Function::Address) => {
                    matches!(self.kind, Kind::Address | Kind::Word | Kind::Underscored)
                }
                _ => false,
            })
    }

    fn meets(self, predicate: &Predicate<'_>) -> Option<bool> {
        if self.kind == Kind::Domain
            && let Some(known) = self.class.and_then(|class| class.to(predicate))
        {
            return Some(known);
        }
        match predicate {
            Predicate::Any => Some(true),
            Predicate::Remembered(_, predicate) => self.meets(predicate),
            Predicate::Format(format) => self.kind.has(*format),
            Predicate::Matches(expression) if self.are_many => {
                self.kind.language().and_then(|language| expression.is_found_in_all(language))
            }
            Predicate::Among { keys, kind: Type::Text, exact } => self.among(keys, *exact),
            Predicate::Length { comparator: Comparator::AtMost, numbers: [most], .. }
                if usize::try_from(*most).is_ok_and(|most| self.longest <= most) =>
            {
                Some(true)
            }
            Predicate::Length { comparator: Comparator::Greater, numbers: [0], .. }
                if !self.kind.may_be_blank() =>
            {
                Some(true)
            }
            Predicate::Text { place: TextPlace::Anywhere, texts, .. }
                if matches!(self.kind, Kind::Primary | Kind::Secondary | Kind::X500)
                    && texts.iter().any(|wanted| wanted.text == b":") =>
            {
                Some(true)
            }
            Predicate::Text { texts, .. } => {
                texts.iter().all(|wanted| self.is_strange(wanted.text)).then_some(false)
            }
            _ => None,
        }
    }

    fn among(self, keys: &[Vec<u8>], exact: bool) -> Option<bool> {
        let is_key = |text: &&[u8]| {
            keys.iter().any(|key| if exact { key == text } else { key.eq_ignore_ascii_case(text) })
        };
        let texts = self.kind.texts();
        if !texts.is_empty() {
            let among = texts.iter().filter(|text| is_key(text)).count();
            return [(0, false), (texts.len(), true)]
                .into_iter()
                .find(|(all, _)| *all == among)
                .map(|found| found.1);
        }
        keys.iter().all(|key| self.is_strange(key)).then_some(false)
    }

    /// Whether none of them holds a text, also if case does not matter: letters beyond ASCII may fold to those of ASCII, but to
    /// nothing else.
    fn is_strange(self, text: &[u8]) -> bool {
        let is_told = |byte: u8| !(self.kind.is_wide() && byte.is_ascii_alphabetic());
        text.is_ascii() && text.iter().any(|byte| is_told(*byte) && !self.kind.may_hold(*byte))
    }
}

/// What a function makes of texts of a kind, if it is of a kind too and no longer.
fn applied(function: Function, kind: Kind) -> Option<Kind> {
    match (function, kind) {
        (_, Kind::Other) => function.cuts().then_some(Kind::Other),
        (Function::Trim, kind) => Some(kind),
        (function, kind) if kind.piece().is_some() => {
            let cuts = function.cuts() || matches!(function, Function::Rdn | Function::Parent);
            kind.piece().filter(|_| cuts)
        }
        (Function::Scheme, kind) => kind.scheme(),
        (Function::Address, Kind::Primary | Kind::Secondary | Kind::Address) => Some(Kind::Address),
        (Function::Address | Function::LocalPart, Kind::Word | Kind::Underscored) => Some(kind),
        (Function::Domain, Kind::Address) => Some(Kind::Domain),
        (Function::LocalPart, Kind::Address) => Some(Kind::Underscored),
        _ => None,
    }
}

/// What is left of a condition where the value at hand is of one of these kinds.
pub(super) fn settled<'p>(condition: Condition<'p>, kinds: &[Texts]) -> Condition<'p> {
    if let Some(holds) = agreed(kinds.iter().map(|texts| texts.decides(&condition))) {
        return known(holds);
    }
    let settle = |part| settled(part, kinds);
    let whole = |chain: &Chain<'p>| kinds.iter().all(|texts| texts.keeps(chain));
    match condition {
        Condition::Plain(Plain::Not(inner)) => not(settle(Condition::Plain(*inner))),
        Condition::Plain(Plain::Same { left, right, kind, exact }) if whole(&left) => {
            Condition::Plain(Plain::Same { left: Chain::new(Start::It), right, kind, exact })
        }
        Condition::Plain(Plain::All(parts)) => all(parts.into_iter().map(Condition::Plain).map(settle)),
        Condition::Plain(Plain::Any(parts)) => any(parts.into_iter().map(Condition::Plain).map(settle)),
        Condition::All(parts) => all(parts.into_iter().map(settle)),
        Condition::Any(parts) => any(parts.into_iter().map(settle)),
        Condition::Not(inner) => not(settle(*inner)),
        condition => condition,
    }
}

/// What all say, if they say the same.
fn agreed(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut answers = answers.into_iter();
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

/// Whether one part decides the whole as it is itself; else all have to be known.
pub(super) fn each(parts: impl Iterator<Item = Option<bool>>, end: bool) -> Option<bool> {
    let mut unknown = false;
    for part in parts {
        match part {
            Some(holds) if holds == end => return Some(end),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(!end)
}
