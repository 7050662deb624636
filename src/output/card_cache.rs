//! Keeps the pictures of shared links, which are slow to draw, from one build to the next: in memory
//! for `serve`, and in the cache on the disk for every build.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::output::cache;
use crate::source::{self, ContentHash};

/// The number of entries that the pictures of a site are spread over, by the first half byte of
/// their hash, so that not all of them are in memory at once.
const SHARDS: usize = 16;

/// The pictures of the last build, and where those of all builds are kept. A picture is known by a
/// hash of what it shows and a hash of how it is drawn, so what is kept is what would be drawn.
#[derive(Debug, Default)]
pub struct CardCache {
    /// The folder of the hub, in whose cache pictures are kept; `None` keeps none on the disk.
    root: Option<PathBuf>,
    /// Whether pictures are kept in memory until the next build.
    keeps_in_memory: bool,
    /// The pictures of the last build by both of their hashes.
    last: Mutex<FxHashMap<(ContentHash, ContentHash), Bytes>>,
}

impl CardCache {
    /// A cache on the disk below the folder of the hub, and in memory too where `keeps_in_memory`.
    pub fn new(root: Option<PathBuf>, keeps_in_memory: bool) -> Self {
        CardCache { root, keeps_in_memory, last: Mutex::default() }
    }

    /// An empty cache that keeps pictures where this one does.
    #[must_use]
    pub fn cleared(&self) -> Self {
        CardCache::new(self.root.clone(), self.keeps_in_memory)
    }

    /// Passes every picture with its position in `hashes` to `take`, from several threads at once:
    /// from memory, from the disk, else from `draw`. `hashes` tell what each shows, and `look` how
    /// all are drawn. Only the pictures of this build are kept for the next.
    ///
    /// # Errors
    /// Those of `draw` and `take`.
    pub fn get_or_draw(
        &self,
        look: ContentHash,
        hashes: &[ContentHash],
        draw: impl Fn(usize) -> Result<Vec<u8>> + Sync,
        take: impl Fn(usize, Bytes) -> Result<()> + Sync,
    ) -> Result<()> {
        let last = std::mem::take(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner));
        let kept = |position: usize| last.get(&(look, hashes[position])).cloned();
        let mut shards: Vec<Vec<usize>> = vec![Vec::new(); SHARDS];
        for (position, hash) in hashes.iter().enumerate() {
            shards[usize::from(hash.0[0]) * SHARDS / 256].push(position);
        }
        let publish_shard = |(number, positions): (usize, &Vec<usize>)| -> Result<()> {
            let mut pictures: Vec<(usize, Option<Bytes>)> =
                positions.iter().map(|position| (*position, kept(*position))).collect();
            if pictures.iter().all(|(_, picture)| picture.is_some()) {
                return pictures.into_iter().try_for_each(|(position, picture)| {
                    self.pass_on(
                        look,
                        hashes[position],
                        position,
                        picture.unwrap_or_default(),
                        &take,
                    )
                });
            }
            let stored = self.read_shard(number, look);
            for (position, picture) in &mut pictures {
                let from_disk = || stored.get(&hashes[*position].0).cloned().map(Bytes::from);
                *picture = picture.take().or_else(from_disk);
            }
            let is_new = pictures.iter().any(|(_, picture)| picture.is_none());
            let drawn: Vec<(usize, Bytes)> = pictures
                .into_par_iter()
                .map(|(position, picture)| match picture {
                    Some(picture) => Ok((position, picture)),
                    None => draw(position).map(|bytes| (position, Bytes::from(bytes))),
                })
                .collect::<Result<_>>()?;
            if is_new {
                let shard = drawn.iter().map(|(position, bytes)| (hashes[*position].0, &bytes[..]));
                self.write_shard(number, look, &shard.collect());
            }
            drawn.into_iter().try_for_each(|(position, picture)| {
                self.pass_on(look, hashes[position], position, picture, &take)
            })
        };
        shards
            .par_iter()
            .enumerate()
            .map(|(number, shard)| (number, shard))
            .try_for_each(publish_shard)
    }

    /// Keeps a picture for the next build where this cache does, and passes it on.
    fn pass_on(
        &self,
        look: ContentHash,
        hash: ContentHash,
        position: usize,
        picture: Bytes,
        take: &impl Fn(usize, Bytes) -> Result<()>,
    ) -> Result<()> {
        if self.keeps_in_memory {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            last.insert((look, hash), picture.clone());
        }
        take(position, picture)
    }

    /// The pictures of one shard on the disk, by hash of what they show; empty where there are none.
    fn read_shard(&self, number: usize, look: ContentHash) -> BTreeMap<[u8; 32], Vec<u8>> {
        self.root
            .as_ref()
            .and_then(|root| source::cache::read_entry(root, &shard_name(number), look))
            .and_then(|bytes| postcard::from_bytes(&bytes).ok())
            .unwrap_or_default()
    }

    /// Stores the pictures of one shard on the disk in place of those that were there.
    fn write_shard(&self, number: usize, look: ContentHash, shard: &BTreeMap<[u8; 32], &[u8]>) {
        if let Some(root) = &self.root
            && let Ok(bytes) = postcard::to_stdvec(shard)
        {
            cache::write(root, &shard_name(number), look, &bytes);
        }
    }
}

/// The name of a shard in the cache on the disk.
fn shard_name(number: usize) -> String {
    format!("cards-{number:x}")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Asks a cache for pictures that show `texts`; the pictures, and how many were drawn.
    fn pictures(cache: &CardCache, look: &[u8], texts: &[&str]) -> (Vec<Bytes>, usize) {
        let hashes: Vec<ContentHash> =
            texts.iter().map(|text| ContentHash::of(text.as_bytes())).collect();
        let drawn = AtomicUsize::new(0);
        let taken = Mutex::new(vec![Bytes::new(); texts.len()]);
        let draw = |position: usize| {
            drawn.fetch_add(1, Ordering::Relaxed);
            Ok([look, texts[position].as_bytes()].concat())
        };
        cache
            .get_or_draw(ContentHash::of(look), &hashes, draw, |position, bytes| {
                taken.lock().unwrap()[position] = bytes;
                Ok(())
            })
            .unwrap();
        (taken.into_inner().unwrap(), drawn.into_inner())
    }

    #[test]
    fn a_picture_is_drawn_once_for_what_it_shows_and_how_it_is_drawn() {
        let home = tempfile::tempdir().unwrap();
        let texts: Vec<String> = (0..40).map(|number| format!("study {number}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let on_disk = || CardCache::new(Some(home.path().to_owned()), false);
        let (first, drawn) = pictures(&on_disk(), b"plain ", &texts);
        assert_eq!(drawn, 40);
        assert_eq!(first[7], "plain study 7");
        let (second, drawn) = pictures(&on_disk(), b"plain ", &texts);
        assert_eq!((second, drawn), (first, 0));
        let (other, drawn) = pictures(&on_disk(), b"dark ", &texts[..2]);
        assert_eq!((other[1].as_ref(), drawn), (&b"dark study 1"[..], 2));
        assert_eq!(pictures(&on_disk(), b"plain ", &["study 3", "study 99"]).1, 1);
        let in_memory = CardCache::new(None, true);
        assert_eq!(pictures(&in_memory, b"plain ", &texts[..3]).1, 3);
        assert_eq!(pictures(&in_memory, b"plain ", &texts[..4]).1, 1);
        assert_eq!(pictures(&in_memory.cleared(), b"plain ", &texts[..4]).1, 4);
        let nowhere = CardCache::default();
        assert_eq!(pictures(&nowhere, b"plain ", &texts[..3]).1, 3);
        assert_eq!(pictures(&nowhere, b"plain ", &texts[..3]).1, 3);
    }
}
