import { existsSync } from 'node:fs'
import {
  type CertificateFiles,
  type CheckRow,
  checkCertificates,
  checkReachable,
  type Reachable,
} from '../admin/index.ts'
import {
  type Config,
  ConfigError,
  type DeliveryConfig,
  findIdleSettings,
  findUnsafeSettings,
} from '../config/index.ts'
import { readText } from './files.ts'
import { configEnvironment, configFileOf, type Target } from './find-service.ts'
import type { CliIo } from './io.ts'

/**
 * Reads the configuration and the files it names, and reaches for the providers. No rows when none is named and the usual one is
 * not there: then a demo may be running. Never throws for what is wrong in it; that is a row.
 */
export async function checkConfiguration(
  target: Target,
  io: CliIo,
): Promise<{ readonly rows: readonly CheckRow[]; readonly config?: Config }> {
  const file = configFileOf(target, io)
  if (file === undefined) return { rows: [] }
  const row = { area: 'configuration', what: file }
  try {
    const { loadCheckedConfig } = await import('../compose/checked-config.ts')
    const config = loadCheckedConfig(file, configEnvironment(io))
    const gateways = Object.keys(config.gateways).length
    const unsafe = findUnsafeSettings(config).map(
      ({ setting, danger }): CheckRow => ({
        area: 'configuration',
        what: setting,
        state: 'warning',
        detail: danger,
        remedy: '',
      }),
    )
    const read: CheckRow = { ...row, state: 'ok', detail: `gateways: ${gateways}`, remedy: '' }
    const idle = findIdleSettings(config).map(
      ({ setting, why, remedy }): CheckRow => ({
        area: 'configuration',
        what: setting,
        state: 'warning',
        detail: why,
        remedy,
      }),
    )
    const certificates = checkCertificates(certificatesOf(config), io.clock)
    const { crlFile } = config.eap?.devices ?? {}
    const revocations =
      crlFile === undefined
        ? []
        : (await import('./check-revocations.ts')).checkRevocations(crlFile, io.clock.nowMs())
    const providers = await checkReachable(providersOf(config), io.signal)
    return {
      rows: [read, ...unsafe, ...idle, ...certificates, ...revocations, ...providers],
      config,
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const rows = error.problems.map(
      (problem): CheckRow => ({
        area: 'configuration',
        what: `${problem.file}:${problem.line}:${problem.column}`,
        state: 'failed',
        detail: problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`,
        remedy: problem.suggestion === undefined ? '' : `Did you mean ${problem.suggestion}?`,
      }),
    )
    return { rows }
  }
}

function certificatesOf(config: Config): readonly CertificateFiles[] {
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

function providersOf(config: Config): readonly Reachable[] {
  return Object.entries(config.delivery).flatMap(([name, delivery]) =>
    providerOf(name, delivery, config),
  )
}

function providerOf(
  name: string,
  delivery: DeliveryConfig,
  { methods }: Config,
): readonly Reachable[] {
  switch (delivery.type) {
    case 'demo':
      return []
    case 'twilio':
      return [
        {
          ...{ name, host: 'api.twilio.com', port: 443, tls: true },
          signIn: async () => {
            const [{ twilioAccountOf }, { checkTwilioAccount }] = await Promise.all([
              import('../compose/carriers.ts'),
              import('../delivery/index.ts'),
            ])
            return checkTwilioAccount(twilioAccountOf(delivery))
          },
          inspect: async () => {
            const [{ twilioAccountOf }, { inspectTwilioAccount }] = await Promise.all([
              import('../compose/carriers.ts'),
              import('../delivery/index.ts'),
            ])
            const senders = delivery.from.map((from) =>
              typeof from === 'string' ? from : from.number,
            )
            return inspectTwilioAccount(twilioAccountOf(delivery), {
              numbers: [...new Set(senders)].filter((number) => number.startsWith('+')),
              calls: methods.call?.via === name,
              texts: methods.sms?.via === name,
            })
          },
        },
      ]
    case 'http': {
      const { protocol, hostname, port } = new URL(delivery.url)
      const tls = protocol === 'https:'
      const host = hostname.replace(/^\[|\]$/g, '')
      return [{ name, host, port: Number(port) || (tls ? 443 : 80), tls }]
    }
    case 'smtp': {
      const { host, port, tls, caFile } = delivery
      // With STARTTLS the certificate shows only after a dialogue; sending checks it.
      // A file that is not there has its own row among the certificates.
      const ca = caFile !== undefined && existsSync(caFile) ? { ca: readText(caFile) } : {}
      return [{ name, host, port, tls: tls === 'implicit', ...ca }]
    }
  }
}
