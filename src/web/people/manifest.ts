import type { PortalLook } from './parts.ts'

const usualColour = '#0f766e'

/** What a phone is told that puts the page on its Home Screen: it opens as an app of its own, at what waits for it. */
export function createManifest({
  colour,
  company,
}: Pick<PortalLook, 'colour' | 'company'>): string {
  return JSON.stringify({
    ...{ id: '/phone', start_url: '/phone', scope: '/', display: 'standalone' },
    ...{ name: company, short_name: company },
    ...{ theme_color: colour ?? usualColour, background_color: '#ffffff' },
    icons: [
      ...[192, 512].map((size) => ({
        ...{ src: `/icon-${size}.png`, sizes: `${size}x${size}`, type: 'image/png' },
        purpose: 'any',
      })),
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
  })
}
