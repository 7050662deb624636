//! Folders and files opened by handle, through no symbolic link: one that appears after the look at a path leads nowhere.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// Opens a folder by its absolute path, no step of which may be a link.
///
/// # Errors
/// When there is none, or a step of the path is a link or a file.
pub fn open(path: &Path) -> io::Result<Dir> {
    let top: PathBuf = path.components().take_while(|step| !matches!(step, Component::Normal(_))).collect();
    let below = path.strip_prefix(&top).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
    inside(&Dir::open_ambient_dir(top, ambient_authority())?, below)
}

/// Opens a folder below another.
///
/// # Errors
/// As for `open`.
pub fn inside(folder: &Dir, path: &Path) -> io::Result<Dir> {
    let mut at = folder.open_dir_nofollow(".")?;
    for step in path.components() {
        match step {
            Component::Normal(name) => at = at.open_dir_nofollow(name)?,
            Component::CurDir => {}
            _ => return Err(ErrorKind::InvalidInput.into()),
        }
    }
    Ok(at)
}

/// Opens an ordinary file below a folder for reading. No link is followed at the end of the path, and none on the way that leads out of
/// the folder; a pipe in its place is waited for by nobody.
///
/// # Errors
/// When there is none, or it is a link, a folder or a device.
pub fn file(folder: &Dir, path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = folder.open_with(path, options.read(true).follow(FollowSymlinks::No).nonblock(true))?.into_std();
    if file.metadata()?.is_file() { Ok(file) } else { Err(ErrorKind::InvalidInput.into()) }
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "tests lay out folders on the disk")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("real/inner")).unwrap();
        File::create(root.join("real/inner/file")).unwrap();
        symlink("inner/file", root.join("real/to-file")).unwrap();
        symlink("real", root.join("to-folder")).unwrap();
        let real = open(&root.join("real")).unwrap();
        let inner = inside(&real, Path::new("inner")).unwrap();
        file(&inner, Path::new("file")).unwrap();
        symlink("..", root.join("real/out")).unwrap();
        for name in ["to-file", "inner", "none", "out/real/inner/file"] {
            assert!(file(&real, Path::new(name)).is_err(), "{name}");
        }
        for path in ["to-folder", "to-folder/inner", "real/to-file", "real/inner/file"] {
            assert!(open(&root.join(path)).is_err(), "{path}");
        }
        assert!(inside(&real, Path::new("../real")).is_err());
    }
}
