//! The tenant after a forecast came true.

use presync::entra::{
    Attribute, Class, CloudObject, Forecast, Kind, Origin, Party, ProvisioningError, SourceObject, Value,
    Values,
};

/// Attributes that a forecast does not compute, and that the service takes over as they are.
const COPIED: [Attribute; 3] = [Attribute::ObjectSid, Attribute::DisplayName, Attribute::SipAddress];

pub(crate) fn apply(
    objects: &[SourceObject],
    cloud: &[CloudObject],
    forecast: &Forecast,
) -> Vec<CloudObject> {
    let mut after = cloud.to_vec();
    let mut gone: Vec<u32> = forecast.deletions.iter().map(|deletion| deletion.cloud).collect();
    for (object, fate) in objects.iter().zip(&forecast.fates) {
        for outcome in fate.outcomes.iter().filter(|outcome| outcome.kind == Kind::Delete) {
            if let Some(Party::Cloud(number)) = outcome.holder {
                gone.push(number);
            }
        }
        let Some(becomes) = &fate.becomes else { continue };
        let target = fate.twin.cloud.filter(|_| !fate.twin.is_blocked);
        let number = target.map_or_else(
            || {
                after.push(CloudObject::new(object.class, &format!("new {}", object.dn)));
                after.len() - 1
            },
            |number| number as usize,
        );
        let twin = &mut after[number];
        twin.origin = Origin::Synced;
        twin.deleted = None;
        twin.is_guest = false;
        if object.class == Class::User {
            twin.immutable_id = becomes.text(Attribute::Anchor).map(Into::into);
        }
        twin.errors = errors(twin, becomes, fate.outcomes.iter());
        let copied = COPIED.into_iter().flat_map(|attribute| object.values.all(attribute));
        twin.values = becomes
            .iter()
            .filter(|value| value.attribute != Attribute::Anchor)
            .chain(copied)
            .collect::<Values>();
    }
    let mut number = 0..;
    after.retain(|_| !gone.contains(&number.next().unwrap()));
    after
}

fn errors<'a>(
    before: &CloudObject,
    becomes: &Values,
    outcomes: impl Iterator<Item = &'a presync::entra::Outcome>,
) -> Box<[ProvisioningError]> {
    let address = |text: &str| text.rsplit(':').next().unwrap().to_lowercase();
    let has = |error: &ProvisioningError| {
        let mut held = becomes.all(error.attribute).filter(|known| !known.text.starts_with("sip:"));
        held.any(|known: Value<'_>| address(known.text) == address(&error.value))
    };
    let kept = before.errors.iter().filter(|error| !has(error)).cloned();
    let new = outcomes.filter(|outcome| outcome.kind == Kind::Quarantine).map(|outcome| ProvisioningError {
        attribute: match outcome.attribute.unwrap() {
            Attribute::UserPrincipalName => Attribute::UserPrincipalName,
            _ => Attribute::ProxyAddresses,
        },
        value: outcome.value.clone().unwrap(),
    });
    kept.chain(new).collect()
}
