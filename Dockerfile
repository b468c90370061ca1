# SPDX-License-Identifier: Apache-2.0
#
#     docker build -t pqpack .
#     docker run -e SRC_BUCKET=lake -e SRC_PREFIX=orig pqpack      # from variables: docs/install.md
#     docker run pqpack repack --src s3://lake/orig --dst s3://lake/orig_repack
#
# The image is the bundle of `make dist`, certificates and nothing else: no shell, no package manager. It
# runs with any user id and a read-only root.

FROM debian:12 AS build
WORKDIR /src
COPY tools/setup tools/env.sh tools/requirements.txt tools/
RUN tools/setup build
COPY . .
RUN tools/build release pqpack pqpack_launcher && \
    packaging/bundle build dist && \
    mv dist/pqpack-*-linux-x86_64 /pqpack

FROM scratch
LABEL org.opencontainers.image.title="pqpack" \
      org.opencontainers.image.description="Repacks Parquet datasets, so that strict readers load them" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY packaging/image/ /etc/
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /pqpack /opt/pqpack
ENV PATH=/opt/pqpack/bin
USER 65532:65532
ENTRYPOINT ["/opt/pqpack/bin/pqpack"]
# Without words the places come from SRC_BUCKET, SRC_PREFIX and so on.
CMD ["repack"]
