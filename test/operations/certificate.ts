// A certificate for localhost that signs itself, and two keys; made for these tests, good for nothing else.
export const certificate = {
  startsMs: Date.parse('2020-01-01T00:00:00Z'),
  endsMs: Date.parse('2120-01-01T00:00:00Z'),
  pem: `-----BEGIN CERTIFICATE-----
MIIBczCCARqgAwIBAgIUTjC+ZdkI4NoIUQ2v+URYvZr//G8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS0CG8r1eHlhCJgT6FAf2EigBXvtfwQ9ne9WkBxzCNGdfq/0nma2FyC
/F+pP1jIOi9Si1Ex7gpcRL/xfjrEAx0oo0gwRjAUBgNVHREEDTALgglsb2NhbGhv
c3QwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU8fg8TEvZWGOWM5fq5CDFcRNv
/tcwCgYIKoZIzj0EAwIDRwAwRAIgXDbeYylZ6GSC0bRLM46cAE/j0kynOeZHs/zm
HhKNsGwCIGvXYpqaLeRb+yCBLkqvo2hdUoNt4LsVSLoOOEO2ceCK
-----END CERTIFICATE-----
`,
}

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQganhQQFI+njLC/hUn
9ARL4gbZ2a7QfW+kbcEK1fUuetehRANCAAS0CG8r1eHlhCJgT6FAf2EigBXvtfwQ
9ne9WkBxzCNGdfq/0nma2FyC/F+pP1jIOi9Si1Ex7gpcRL/xfjrEAx0o
-----END PRIVATE KEY-----
`

export const otherKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtwZLJ9WxQNI+ZuxG
rUEt7AT0JZi1HhvDLDuFK3qQoByhRANCAARfq0lP6qQ/nfafkdahuHw8ZKvf6EWH
D6obCWjHovvN3F8MmwEamFnMlh+yQON3MuLmoCPRRP1+HG+gdJoHM2og
-----END PRIVATE KEY-----
`
