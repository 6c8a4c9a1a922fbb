# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/exchangebot ./cmd/exchangebot \
 && mkdir -p /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/exchangebot /exchangebot
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV DATA_DIR=/data HTTP_ADDR=0.0.0.0:8080
EXPOSE 8080
VOLUME /data
USER nonroot
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/exchangebot", "check", "--running"]
ENTRYPOINT ["/exchangebot"]
