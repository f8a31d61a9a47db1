//! What users and groups are called. Every name follows from the seed and a number, so that references need no memory.

use super::random::Random;

/// The naming context of all objects.
pub(crate) const BASE: &str = "DC=contoso,DC=com";

/// The departments; each is an organizational unit below `OU=Staff`.
pub(crate) const DEPARTMENTS: [&str; 16] = [
    "Accounting",
    "Board",
    "Construction",
    "Care",
    "Engineering",
    "Facilities",
    "Finance",
    "HR",
    "IT",
    "Legal",
    "Logistics",
    "Marketing",
    "Production",
    "Quality",
    "Research",
    "Sales",
];

/// Job titles.
pub(crate) const TITLES: [&str; 10] = [
    "Accountant",
    "Administrator",
    "Analyst",
    "Buyer",
    "Clerk",
    "Consultant",
    "Designer",
    "Engineer",
    "Planner",
    "Technician",
];

/// Offices with their country codes (ISO 3166).
pub(crate) const OFFICES: [(&str, &str, i64); 8] = [
    ("Berlin", "DE", 276),
    ("Bristol", "GB", 826),
    ("Chicago", "US", 840),
    ("Graz", "AT", 40),
    ("Lyon", "FR", 250),
    ("Porto", "PT", 620),
    ("Toronto", "CA", 124),
    ("Utrecht", "NL", 528),
];

/// Given names, as written and as used in addresses.
const GIVEN: [(&str, &str); 40] = [
    ("Adam", "adam"),
    ("Alice", "alice"),
    ("Amara", "amara"),
    ("Anna", "anna"),
    ("Benjamin", "benjamin"),
    ("Carla", "carla"),
    ("Chloé", "chloe"),
    ("Daniel", "daniel"),
    ("David", "david"),
    ("Elena", "elena"),
    ("Emma", "emma"),
    ("Fatima", "fatima"),
    ("Felix", "felix"),
    ("Grace", "grace"),
    ("Hannah", "hannah"),
    ("Henry", "henry"),
    ("Ines", "ines"),
    ("Isabel", "isabel"),
    ("Jack", "jack"),
    ("James", "james"),
    ("Joseph", "joseph"),
    ("Julia", "julia"),
    ("Karim", "karim"),
    ("Laura", "laura"),
    ("Liam", "liam"),
    ("Lucas", "lucas"),
    ("Maria", "maria"),
    ("Martin", "martin"),
    ("Mei", "mei"),
    ("Nadia", "nadia"),
    ("Noah", "noah"),
    ("Olivia", "olivia"),
    ("Paul", "paul"),
    ("Priya", "priya"),
    ("Robert", "robert"),
    ("Samuel", "samuel"),
    ("Sofia", "sofia"),
    ("Thomas", "thomas"),
    ("Victor", "victor"),
    ("Yuki", "yuki"),
];

/// Surnames, as written and as used in addresses.
const SURNAMES: [(&str, &str); 40] = [
    ("Abbott", "abbott"),
    ("Almeida", "almeida"),
    ("Andersson", "andersson"),
    ("Bailey", "bailey"),
    ("Becker", "becker"),
    ("Bernard", "bernard"),
    ("Brown", "brown"),
    ("Carter", "carter"),
    ("Chen", "chen"),
    ("Costa", "costa"),
    ("Davies", "davies"),
    ("Dubois", "dubois"),
    ("Evans", "evans"),
    ("Fischer", "fischer"),
    ("Garcia", "garcia"),
    ("Haddad", "haddad"),
    ("Hoffmann", "hoffmann"),
    ("Ito", "ito"),
    ("Jansen", "jansen"),
    ("Johnson", "johnson"),
    ("Khan", "khan"),
    ("Kowalski", "kowalski"),
    ("Larsen", "larsen"),
    ("Lefebvre", "lefebvre"),
    ("Meyer", "meyer"),
    ("Moore", "moore"),
    ("Müller", "mueller"),
    ("Novak", "novak"),
    ("O'Brien", "obrien"),
    ("Okafor", "okafor"),
    ("Patel", "patel"),
    ("Rossi", "rossi"),
    ("Schmidt", "schmidt"),
    ("Silva", "silva"),
    ("Smith", "smith"),
    ("Sørensen", "soerensen"),
    ("Taylor", "taylor"),
    ("Visser", "visser"),
    ("Williams", "williams"),
    ("Young", "young"),
];

/// The names of a user or contact.
pub(crate) struct Person {
    /// The given name.
    pub(crate) given: &'static str,
    /// The surname.
    pub(crate) surname: &'static str,
    /// The common name, unique by its number.
    pub(crate) cn: String,
    /// The part of the address before the `@`, unique by its number.
    pub(crate) mailbox: String,
    /// The logon name of old clients, unique and at most 20 characters.
    pub(crate) logon: String,
    /// The department.
    pub(crate) department: &'static str,
}

impl Person {
    /// The person with this number.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut random = Random::of(seed, 1, number);
        let ((given, first), (surname, last)) = (random.pick(&GIVEN), random.pick(&SURNAMES));
        let department = random.pick(&DEPARTMENTS);
        let cn = if random.one_in(20) {
            format!("{surname}, {given} {number}")
        } else {
            format!("{given} {surname} {number}")
        };
        let initial = first.chars().next().unwrap_or('x');
        Self {
            given,
            surname,
            cn,
            mailbox: format!("{first}.{last}{number}"),
            logon: format!("{initial}{last}{number}"),
            department,
        }
    }

    /// The distinguished name of a user.
    pub(crate) fn dn(&self) -> String {
        format!("CN={},OU={},OU=Staff,{BASE}", escaped(&self.cn), self.department)
    }
}

/// The distinguished name of the user with this number.
pub(crate) fn user_dn(seed: u64, number: u64) -> String {
    Person::new(seed, number).dn()
}

/// The common name of a group.
pub(crate) fn group_cn(seed: u64, number: u64, mail: bool) -> String {
    let department = Random::of(seed, 2, number).pick(&DEPARTMENTS);
    let prefix = if mail { "DL" } else { "GG" };
    format!("{prefix}-{department}-{number}")
}

/// The distinguished name of a group.
pub(crate) fn group_dn(cn: &str) -> String {
    format!("CN={cn},OU=Groups,{BASE}")
}

/// The common name as part of a distinguished name (RFC 4514): of the special characters our names have only the comma.
fn escaped(cn: &str) -> String {
    cn.replace(',', "\\,")
}
