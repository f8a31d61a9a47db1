//! The packs that presync brings along.

/// Every file under `rules/`, in byte order of the paths, with its text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("rules/entra/proxy-addresses.yaml", include_str!("../../rules/entra/proxy-addresses.yaml")),
    ("rules/entra/scope.yaml", include_str!("../../rules/entra/scope.yaml")),
    ("rules/entra/user-principal-name.yaml", include_str!("../../rules/entra/user-principal-name.yaml")),
    ("rules/hygiene/accounts.yaml", include_str!("../../rules/hygiene/accounts.yaml")),
    ("rules/hygiene/groups.yaml", include_str!("../../rules/hygiene/groups.yaml")),
    ("rules/hygiene/people.yaml", include_str!("../../rules/hygiene/people.yaml")),
    ("rules/hygiene/privileged.yaml", include_str!("../../rules/hygiene/privileged.yaml")),
    ("rules/idfix/dedicated-addresses.yaml", include_str!("../../rules/idfix/dedicated-addresses.yaml")),
    ("rules/idfix/dedicated.yaml", include_str!("../../rules/idfix/dedicated.yaml")),
    (
        "rules/idfix/multi-tenant-addresses.yaml",
        include_str!("../../rules/idfix/multi-tenant-addresses.yaml"),
    ),
    ("rules/idfix/multi-tenant-sign-in.yaml", include_str!("../../rules/idfix/multi-tenant-sign-in.yaml")),
    ("rules/idfix/multi-tenant.yaml", include_str!("../../rules/idfix/multi-tenant.yaml")),
    ("rules/idfix/scope.yaml", include_str!("../../rules/idfix/scope.yaml")),
    ("rules/schema/active-directory.yaml", include_str!("../../rules/schema/active-directory.yaml")),
    ("rules/schema/classes.yaml", include_str!("../../rules/schema/classes.yaml")),
    ("rules/schema/code.yaml", include_str!("../../rules/schema/code.yaml")),
    ("rules/schema/entra.yaml", include_str!("../../rules/schema/entra.yaml")),
    ("rules/schema/exchange.yaml", include_str!("../../rules/schema/exchange.yaml")),
    ("rules/schema/laps.yaml", include_str!("../../rules/schema/laps.yaml")),
    ("rules/schema/ldap.yaml", include_str!("../../rules/schema/ldap.yaml")),
    ("rules/schema/shapes.yaml", include_str!("../../rules/schema/shapes.yaml")),
];
