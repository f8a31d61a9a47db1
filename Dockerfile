# One static binary and nothing else: docker run --rm --network none -v "$PWD:/data:ro" presync check .
# Whoever publishes an image pins the base by its digest.
FROM rust:1.90-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked && mkdir /empty

FROM scratch
COPY --from=build /source/target/release/presync /presync
# what has no positions (standard input, UTF-16, packed files) is kept in an unnamed file while it is read
COPY --from=build --chown=65534:65534 /empty /tmp
USER 65534:65534
WORKDIR /data
ENTRYPOINT ["/presync"]
