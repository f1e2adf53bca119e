#!/bin/sh
# Refreshes internal/schema/schema.graphql, and the same for older versions, from the
# introspection that Shopify publishes in an npm package and from
# internal/schema/extension.graphql, and internal/admin/generated.go from that schema
# and ops/*.graphql. For maintainers: the product builds without it. Needs npm, Go,
# openssl and gzip.
#
# To change the API version, change it here and in internal/schema/doc.go.
set -eu

package=@shopify/dev-mcp@1.16.0
integrity=tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==
version=2026-10
# Versions that a shop may serve in its place: our operations must fit them too.
older="2026-04 2026-07"

cd "$(dirname "$0")"
temporary=$(mktemp -d)
cp internal/schema/schema.graphql internal/admin/generated.go "$temporary"
cp -R internal/schema/older "$temporary"
done=no
finish() {
	if [ "$done" = no ]; then
		cp "$temporary/schema.graphql" internal/schema/
		cp "$temporary"/older/* internal/schema/older/
		cp "$temporary/generated.go" internal/admin/
		echo "nothing was changed" >&2
	fi
	rm -rf "$temporary"
}
trap finish EXIT

echo "fetching $package"
archive=$(cd "$temporary" && npm pack --silent "$package")
got=$(openssl dgst -sha512 -binary "$temporary/$archive" | openssl base64 -A)
if [ "$got" != "$integrity" ]; then
	echo "$package is not the file that was checked: its sha512 is $got" >&2
	exit 1
fi
tar -xzf "$temporary/$archive" -C "$temporary" package/dist/data

echo "trimming the schemas to the operations"
operations=$(for file in ops/*.graphql; do printf '%s ' "../../$file"; done)
trim() {
	(
		cd internal/schematool
		go run . sdl "$temporary/package/dist/data/admin_$1.json.gz" >"$temporary/full.graphql"
		cat ../schema/extension.graphql >>"$temporary/full.graphql"
		# shellcheck disable=SC2086 # one word per file
		go run . trim "$temporary/full.graphql" $operations >"$temporary/trimmed.graphql"
	)
	{
		echo "# Written by update-schema.sh from $package, admin_$1: DO NOT EDIT."
		echo "# Copyright 2025-present, Shopify Inc., ISC licence: see THIRD_PARTY.md."
		cat "$temporary/trimmed.graphql"
	} >"$2"
}
(cd internal/schematool && go test ./...)
trim "$version" internal/schema/schema.graphql
for one in $older; do
	trim "$one" "internal/schema/older/$one.graphql"
done

echo "generating the client"
(cd internal/schematool && go tool genqlient ../admin/genqlient.yaml)
done=yes
gofmt -l internal/admin
wc -l internal/schema/schema.graphql internal/admin/generated.go
