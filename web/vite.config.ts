import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The panel becomes static files that the server hands out; nothing is inlined, so that its content policy can be strict. */
// Vite reads the default export of this file and nothing else.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: '../dist/panel', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
  server: { proxy: { '/api': process.env['VECHE_API'] ?? 'http://127.0.0.1:8080' } },
})
