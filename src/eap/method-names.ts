import { eapType } from './packet.ts'

const names: ReadonlyMap<number, string> = new Map([
  [eapType.Md5Challenge, 'EAP-MD5'],
  [eapType.Gtc, 'EAP-GTC'],
  [eapType.Tls, 'EAP-TLS'],
  [eapType.Ttls, 'EAP-TTLS'],
  [eapType.Peap, 'PEAP'],
  [eapType.MsChapV2, 'EAP-MSCHAPv2'],
])

/** A method as people call it. */
export function methodName(type: number | undefined): string {
  return (type === undefined ? undefined : names.get(type)) ?? 'EAP'
}
