import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { LiveFeed, type FeedHealth } from '../api/live-feed.ts'

const HealthContext = createContext<FeedHealth>('connecting')

/** Holds the one live feed of a signed-in panel. */
export function LiveFeedProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const [feed] = useState(() => new LiveFeed(client))
  useEffect(() => {
    feed.start()
    return () => feed.close()
  }, [feed])
  const health = useSyncExternalStore(feed.subscribe, feed.health)
  return <HealthContext value={health}>{children}</HealthContext>
}

export function useFeedHealth(): FeedHealth {
  return useContext(HealthContext)
}
