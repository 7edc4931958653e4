# SPDX-License-Identifier: Apache-2.0
# docker build -t videopose .
# docker run --rm -v "$PWD:/clips" -w /clips videopose video clip.mp4
FROM debian:bookworm-slim AS build
COPY . /videopose
WORKDIR /videopose
RUN tools/setup.sh build package \
 && cmake --preset package \
 && cmake --build --preset package \
 && cpack --config build/package/CPackConfig.cmake -B /packages

FROM debian:bookworm-slim
COPY --from=build /packages/videopose_*.deb /tmp/
# npm only fetches the detector's models.
RUN apt-get update \
 && apt-get install -y --no-install-recommends /tmp/videopose_*.deb npm ca-certificates \
 && VIDEOPOSE_MODELS=/usr/share/videopose/detector videopose models fetch \
 && apt-get purge -y npm && apt-get autoremove -y \
 && rm -rf /tmp/* /var/lib/apt/lists/*
ENV VIDEOPOSE_MODELS=/usr/share/videopose/detector
ENTRYPOINT ["videopose"]
