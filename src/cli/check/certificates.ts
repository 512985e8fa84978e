import type { Config } from '../../config/index.ts'
import type { CertificateFiles } from '../../operations/index.ts'

/** Certificates that a configuration names, and keys where we serve with them. */
export function certificatesOf(config: Config): readonly CertificateFiles[] {
  const { certFile, keyFile } = config.webhooks ?? {}
  const authorities = [...Object.entries(config.directories), ...Object.entries(config.delivery)]
  return [
    ...(certFile === undefined
      ? []
      : [
          {
            what: 'webhooks',
            certificateFile: certFile,
            ...(keyFile === undefined ? {} : { keyFile }),
          },
        ]),
    ...(config.web?.certificate === undefined
      ? []
      : [
          {
            what: 'web',
            certificateFile: config.web.certificate.certFile,
            keyFile: config.web.certificate.keyFile,
          },
        ]),
    ...(config.eap === undefined ? [] : eapCertificates(config.eap)),
    ...authorities.flatMap(([name, entry]) =>
      'caFile' in entry && entry.caFile !== undefined
        ? [{ what: `authorities of ${name}`, certificateFile: entry.caFile }]
        : [],
    ),
  ]
}

function eapCertificates({
  certFile,
  keyFile,
  devices,
}: NonNullable<Config['eap']>): readonly CertificateFiles[] {
  return [
    { what: 'EAP', certificateFile: certFile, keyFile },
    ...(devices === undefined
      ? []
      : [{ what: 'authorities of devices', certificateFile: devices.caFile }]),
  ]
}
