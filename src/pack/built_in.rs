//! The packs that presync brings along.

/// Every file under `rules/`, in byte order of the paths, with its text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("rules/entra/certificates-photos.yaml", include_str!("../../rules/entra/certificates-photos.yaml")),
    ("rules/entra/groups.yaml", include_str!("../../rules/entra/groups.yaml")),
    ("rules/entra/limits.yaml", include_str!("../../rules/entra/limits.yaml")),
    ("rules/entra/mail-nickname.yaml", include_str!("../../rules/entra/mail-nickname.yaml")),
    ("rules/entra/mail.yaml", include_str!("../../rules/entra/mail.yaml")),
    ("rules/entra/names.yaml", include_str!("../../rules/entra/names.yaml")),
    ("rules/entra/object-sid.yaml", include_str!("../../rules/entra/object-sid.yaml")),
    ("rules/entra/proxy-addresses.yaml", include_str!("../../rules/entra/proxy-addresses.yaml")),
    ("rules/entra/references.yaml", include_str!("../../rules/entra/references.yaml")),
    ("rules/entra/sam-account-name.yaml", include_str!("../../rules/entra/sam-account-name.yaml")),
    ("rules/entra/scope.yaml", include_str!("../../rules/entra/scope.yaml")),
    ("rules/entra/sip.yaml", include_str!("../../rules/entra/sip.yaml")),
    ("rules/entra/source-anchor.yaml", include_str!("../../rules/entra/source-anchor.yaml")),
    ("rules/entra/target-address.yaml", include_str!("../../rules/entra/target-address.yaml")),
    ("rules/entra/usage-location.yaml", include_str!("../../rules/entra/usage-location.yaml")),
    ("rules/entra/user-principal-name.yaml", include_str!("../../rules/entra/user-principal-name.yaml")),
    ("rules/schema/active-directory.yaml", include_str!("../../rules/schema/active-directory.yaml")),
    ("rules/schema/classes.yaml", include_str!("../../rules/schema/classes.yaml")),
    ("rules/schema/code.yaml", include_str!("../../rules/schema/code.yaml")),
    ("rules/schema/entra.yaml", include_str!("../../rules/schema/entra.yaml")),
    ("rules/schema/exchange.yaml", include_str!("../../rules/schema/exchange.yaml")),
    ("rules/schema/laps.yaml", include_str!("../../rules/schema/laps.yaml")),
    ("rules/schema/ldap.yaml", include_str!("../../rules/schema/ldap.yaml")),
    ("rules/schema/shapes.yaml", include_str!("../../rules/schema/shapes.yaml")),
];
