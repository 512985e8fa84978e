import { eapType } from '../radius/index.ts'
import { eapMethods } from '../signin/index.ts'

const names: ReadonlyMap<number, string> = new Map([
  [eapType.Md5Challenge, eapMethods.md5],
  [eapType.Gtc, eapMethods.gtc],
  [eapType.Tls, eapMethods.tls],
  [eapType.Ttls, eapMethods.ttls],
  [eapType.Peap, eapMethods.peap],
  [eapType.MsChapV2, eapMethods['ms-chap-v2']],
])

/** A method as people call it. */
export function methodName(type: number | undefined): string {
  return (type === undefined ? undefined : names.get(type)) ?? 'EAP'
}
