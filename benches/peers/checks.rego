package presync

import rego.v1

form := `^[^\s@<>()\[\],;:\\"]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]+$`

values(value) := value if is_array(value)

values(value) := [value] if not is_array(value)

holders[address] contains object.dn if {
	some object in input.objects
	some proxy in values(object.proxyAddresses)
	startswith(lower(proxy), "smtp:")
	address := substring(lower(proxy), 5, -1)
}

named[name] contains object.dn if {
	some object in input.objects
	name := lower(object.userPrincipalName)
}

shared contains address if {
	some address, objects in holders
	count(objects) > 1
}

taken contains name if {
	some name, objects in named
	count(objects) > 1
}

malformed contains address if {
	some address, _ in holders
	not regex.match(form, address)
}
