//! A cluster of one machine: the daemons of SLURM, with all that they keep in a folder of their own.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use libtest_mimic::Failed;

/// Longest time that anything asked of the cluster may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running cluster; it ends with the value.
pub struct Cluster {
    folder: PathBuf,
    daemons: Vec<Child>,
}

/// The daemons, in the order of their start.
const DAEMONS: [&str; 3] = ["munged", "slurmctld", "slurmd"];

/// What is missing for a cluster here; `None` when everything is there.
pub fn missing() -> Option<&'static str> {
    DAEMONS
        .into_iter()
        .chain(["sbatch", "scontrol"])
        .find(|name| find(name).is_none())
}

/// A program of SLURM. Daemons lie where users' shells do not look.
fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

impl Cluster {
    /// Starts a cluster that keeps everything in `folder`, and waits until its node is idle.
    pub fn start(folder: &Path) -> Result<Self, Failed> {
        let path = |name: &str| folder.join(name).display().to_string();
        fs::create_dir_all(folder.join("state"))?;
        fs::create_dir_all(folder.join("spool"))?;
        fs::write(folder.join("munge.key"), [7; 1024])?;
        only_mine(&folder.join("munge.key"))?;
        fs::write(folder.join("slurm.conf"), configuration(folder)?)?;
        let mut cluster = Self {
            folder: folder.to_owned(),
            daemons: Vec::new(),
        };
        let munge: Vec<String> = [
            ("key-file", "munge.key"),
            ("socket", "munge.socket"),
            ("pid-file", "munge.pid"),
            ("log-file", "munge.log"),
            ("seed-file", "munge.seed"),
        ]
        .map(|(option, file)| format!("--{option}={}", path(file)))
        .into_iter()
        .chain(["--foreground".to_owned(), "--force".to_owned()])
        .collect();
        cluster.daemon("munged", &munge)?;
        until("munged listens", || {
            Ok(folder.join("munge.socket").exists())
        })?;
        let foreground = ["-D".to_owned(), "-f".to_owned(), path("slurm.conf")];
        cluster.daemon("slurmctld", &foreground)?;
        cluster.daemon("slurmd", &foreground)?;
        until("the node is idle", || {
            cluster.alive()?;
            let mut nodes = cluster.command("sinfo");
            let output = nodes.args(["--noheader", "--format=%t"]).output()?;
            Ok(output.stdout.starts_with(b"idle"))
        })?;
        Ok(cluster)
    }

    /// Starts one of the daemons.
    fn daemon(&mut self, name: &str, words: &[String]) -> Result<(), Failed> {
        let said = fs::File::create(self.folder.join(format!("{name}.out")))?;
        let child = self
            .command(name)
            .args(words)
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said)
            .spawn()?;
        self.daemons.push(child);
        Ok(())
    }

    /// An error, with what it said last, when a daemon has ended.
    fn alive(&mut self) -> Result<(), Failed> {
        for (child, name) in self.daemons.iter_mut().zip(DAEMONS) {
            if let Some(status) = child.try_wait()? {
                let said = fs::read_to_string(self.folder.join(format!("{name}.out")))?;
                return Err(format!("{name} ended ({status}): {said}").into());
            }
        }
        Ok(())
    }

    /// A program of SLURM that talks to this cluster.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(find(name).unwrap_or_else(|| name.into()));
        command.env("SLURM_CONF", self.folder.join("slurm.conf"));
        command
    }

    /// What a program of SLURM prints, which has to succeed, in the folder `at` and with `chickadee` among the programs.
    pub fn says(&self, at: &Path, name: &str, words: &[&str]) -> Result<String, Failed> {
        let program = Path::new(env!("CARGO_BIN_EXE_chickadee"));
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let folders = program
            .parent()
            .map(Path::to_owned)
            .into_iter()
            .chain(std::env::split_paths(&folders));
        let mut command = self.command(name);
        command.current_dir(at).args(words);
        command.env("PATH", std::env::join_paths(folders)?);
        let output = command.output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{name} {words:?}: {errors}").into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// The state of a job or of one task of an array, as SLURM writes it: `RUNNING`, `COMPLETED`, `FAILED`, …; and how
    /// often it was put back.
    pub fn state(&self, job: &str) -> Result<(String, u32), Failed> {
        let record = self.says(
            &self.folder,
            "scontrol",
            &["--oneliner", "show", "job", job],
        )?;
        let field = |name: &str| {
            record
                .split_whitespace()
                .find_map(|word| word.strip_prefix(name))
                .ok_or_else(|| Failed::from(format!("no {name} in {record}")))
        };
        Ok((field("JobState=")?.to_owned(), field("Restarts=")?.parse()?))
    }

    /// Waits until a job or a task has ended in a state.
    pub fn wait(&self, job: &str, wanted: &str) -> Result<(), Failed> {
        const ENDS: [&str; 5] = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"];
        until(&format!("{job} is {wanted}"), || {
            let (state, _) = self.state(job)?;
            if state != wanted && ENDS.contains(&state.as_str()) {
                return Err(format!("{job} is {state}, not {wanted}").into());
            }
            Ok(state == wanted)
        })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for daemon in self.daemons.iter_mut().rev() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// Asks again and again until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> Result<bool, Failed>) -> Result<(), Failed> {
    let start = Instant::now();
    while !holds()? {
        if start.elapsed() > PATIENCE {
            return Err(format!("waited for {} s until {what}", PATIENCE.as_secs()).into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// The configuration: one node with more cores and memory than this machine may have, so that all tasks of an array run beside each
/// other. A task that was put back waits for as long as its credentials hold, 120 s unless said otherwise.
fn configuration(folder: &Path) -> Result<String, Failed> {
    let ask = |program: &str, word: &str| -> Result<String, Failed> {
        let output = Command::new(program).arg(word).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let host = ask("uname", "-n")?;
    let host = host.split('.').next().unwrap_or_default();
    let user = ask("id", "-un")?;
    // Both are held until both are known, so that they differ.
    let (one, two) = (
        TcpListener::bind("127.0.0.1:0")?,
        TcpListener::bind("127.0.0.1:0")?,
    );
    let (controller, node) = (one.local_addr()?.port(), two.local_addr()?.port());
    let folder = folder.display();
    Ok(format!(
        "ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=10
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=16 RealMemory=100000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES State=UP
"
    ))
}

/// Takes the rights of others from a file.
fn only_mine(file: &Path) -> Result<(), Failed> {
    #[cfg(unix)]
    fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}
