// What is known of each kind of gateway: one file of data each. Imports nothing of ours.
import { arubaCx } from './aruba-cx.ts'
import { arubaWifi } from './aruba-wifi.ts'
import { awsDirectoryService } from './aws-directory-service.ts'
import { checkPoint } from './check-point.ts'
import { ciscoAsa } from './cisco-asa.ts'
import { ciscoFtd } from './cisco-ftd.ts'
import { ciscoIos } from './cisco-ios.ts'
import { fortigate } from './fortigate.ts'
import { freeradiusProxy } from './freeradius-proxy.ts'
import { juniper } from './juniper.ts'
import { meraki } from './meraki.ts'
import { mikrotik } from './mikrotik.ts'
import { netscaler } from './netscaler.ts'
import { ocserv } from './ocserv.ts'
import { openvpn } from './openvpn.ts'
import { opnsense } from './opnsense.ts'
import { paloAlto } from './palo-alto.ts'
import { pamRadius } from './pam-radius.ts'
import { pfsense } from './pfsense.ts'
import type { Preset, PresetSettings } from './preset.ts'
import { radsecproxy } from './radsecproxy.ts'
import { rdGateway } from './rd-gateway.ts'
import { softether } from './softether.ts'
import { sophos } from './sophos.ts'
import { stormshield } from './stormshield.ts'
import { strongswan } from './strongswan.ts'
import { unifi } from './unifi.ts'
import { windowsRras } from './windows-rras.ts'

export { describePreset, type Line, type Section } from './describe.ts'
export type { Fact, Preset, Sourced } from './preset.ts'
export type { Sending } from './sending.ts'
export { type Source, sources } from './sources.ts'

/** Each preset, by the name that `preset:` takes. */
export const presets = {
  'aruba-cx': arubaCx,
  'aruba-wifi': arubaWifi,
  'aws-directory-service': awsDirectoryService,
  'check-point': checkPoint,
  'cisco-asa': ciscoAsa,
  'cisco-ftd': ciscoFtd,
  'cisco-ios': ciscoIos,
  fortigate,
  'freeradius-proxy': freeradiusProxy,
  juniper,
  meraki,
  mikrotik,
  netscaler,
  ocserv,
  openvpn,
  opnsense,
  'palo-alto': paloAlto,
  'pam-radius': pamRadius,
  pfsense,
  radsecproxy,
  'rd-gateway': rdGateway,
  softether,
  sophos,
  stormshield,
  strongswan,
  unifi,
  'windows-rras': windowsRras,
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof presets

export const presetNames = Object.keys(presets) as readonly PresetName[]

/** The preset of this name, or of a product that is also called so. */
export function findPreset(name: unknown): PresetName | undefined {
  return presetNames.find((preset) => {
    const { alsoCalled = [] }: Preset = presets[preset]
    return preset === name || alsoCalled.some((other) => other === name)
  })
}

/** What a preset sets, as it would stand in the file: `{ patience: '5s', challenges: true }`. */
export function settingsOf(name: PresetName): Readonly<Record<string, string | boolean>> {
  const settings: PresetSettings = presets[name].settings
  return Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value]))
}
