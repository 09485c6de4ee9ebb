import './boot.ts'
import { createRoot } from 'react-dom/client'
import './ui/styles.css'
import { App } from './app.tsx'
import { startTranslations } from './i18n/i18n.ts'

const root = document.getElementById('root')
if (root !== null) {
  await startTranslations()
  createRoot(root).render(<App />)
}
