/** How a gateway behaves on the wire, from its vendor's documents or from what is generally known. */
export type GatewayModel = {
  readonly name: string
  /** When it sends the request, in seconds from the start of a try. */
  readonly sends: readonly number[]
  /** When it stops waiting, in seconds. */
  readonly givesUp: number
  readonly challenges: boolean
  /** Whether it then asks a second server, here another address of the same service. */
  readonly secondServer?: boolean
}

/** `tries` packets, one each `seconds`. */
function every(seconds: number, tries: number): Pick<GatewayModel, 'sends' | 'givesUp'> {
  return {
    sends: Array.from({ length: tries }, (_, index) => index * seconds),
    givesUp: tries * seconds,
  }
}

/** As they come out of the box, which is the hard case: nobody has raised a timer yet. */
export const gatewayModels: readonly GatewayModel[] = [
  { name: 'Cisco ASA', ...every(10, 1), challenges: true },
  { name: 'Cisco FTD', ...every(10, 2), challenges: true },
  { name: 'FortiGate', ...every(5, 1), challenges: true },
  { name: 'Palo Alto GlobalProtect', ...every(3, 3), challenges: true },
  { name: 'pfSense', ...every(5, 3), challenges: false },
  { name: 'OPNsense', ...every(10, 3), challenges: false, secondServer: true },
  { name: 'MikroTik RouterOS', ...every(0.3, 3), challenges: false },
  { name: 'Citrix NetScaler', ...every(3, 3), challenges: true },
  { name: 'Check Point', ...every(5, 3), challenges: true },
  { name: 'Sophos Connect', ...every(3, 3), challenges: false },
  { name: 'OpenVPN plug-in', ...every(20, 3), challenges: false },
  { name: 'strongSwan eap-radius', sends: [0, 2, 5, 9], givesUp: 14, challenges: false },
  { name: 'Ubiquiti UniFi', ...every(5, 3), challenges: false },
  { name: 'HPE Aruba CX', ...every(5, 2), challenges: false },
  { name: 'Aruba Wi-Fi controller', ...every(5, 3), challenges: false, secondServer: true },
  { name: 'Cisco Meraki', ...every(5, 3), challenges: false },
  { name: 'Windows RRAS', ...every(3, 10), challenges: false },
  { name: 'Microsoft RD Gateway', ...every(30, 1), challenges: false },
  { name: 'Juniper', ...every(3, 3), challenges: false },
  { name: 'Cisco IOS and NX-OS', ...every(5, 3), challenges: true },
  { name: 'Stormshield', ...every(10, 3), challenges: false },
  { name: 'AWS Directory Service', ...every(10, 5), challenges: false },
  { name: 'pam_radius', ...every(3, 3), challenges: true },
  { name: 'SoftEther', ...every(0.5, 20), challenges: false },
]
