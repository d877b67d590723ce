using System.Globalization;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Daemon.Numbers;

/// <summary>Remembers, in a folder, a number that each outbound SA has not reached, so that a daemon that died goes on behind it with the same manual keys.</summary>
/// <remarks>A number used twice under one key undoes AES-GCM and AES-CTR (RFC 4106 §3, RFC 3686 §2.1), and the peer's replay window refuses it. No key is written.</remarks>
internal sealed class NumberLedger
{
    /// <summary>How far a mark lies before the numbers in use: more than a line uses between two looks, and little enough that a 32-bit SA outlives a thousand crashes.</summary>
    public const ulong Stride = 1 << 22;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly Dictionary<string, ulong> _marks = new(StringComparer.Ordinal);

    /// <summary>Opens or makes the folder; throws <see cref="DaemonException"/> where it cannot be written.</summary>
    public NumberLedger(string folder)
    {
        _folder = folder;
        Guard(() => _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, OwnerOnly));
    }

    /// <summary>The last number an SA may have used before, 0 for one never seen; from here on its mark lies a stride behind that.</summary>
    public ulong Resume(SaModel outbound)
    {
        var name = NameOf(outbound.Protocol.ToString(), outbound.Spi, outbound.Local.ToString(), outbound.Remote.ToString());
        var last = Math.Min(Guard(() => Read(name)), outbound.ExtendedSequenceNumbers ? ulong.MaxValue : uint.MaxValue);
        Guard(() => Write(name, last + Math.Min(Stride, ulong.MaxValue - last)));
        return last;
    }

    /// <summary>Moves the marks of SAs whose numbers have come near them.</summary>
    public void Follow(IEnumerable<SaSnapshot> associations)
    {
        foreach (var sa in associations.Where(sa => !sa.IsInbound))
        {
            var name = NameOf(sa.Protocol, sa.Spi, sa.Local, sa.Remote);
            if (sa.HighestSequence + (Stride / 2) > _marks.GetValueOrDefault(name))
            {
                Guard(() => Write(name, sa.HighestSequence + Math.Min(Stride, ulong.MaxValue - sa.HighestSequence)));
            }
        }
    }

    /// <summary>Writes what was really used, when no more will be.</summary>
    public void Close(IEnumerable<SaSnapshot> associations)
    {
        foreach (var sa in associations.Where(sa => !sa.IsInbound))
        {
            Guard(() => Write(NameOf(sa.Protocol, sa.Spi, sa.Local, sa.Remote), sa.HighestSequence));
        }
    }

    private ulong Read(string name)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
        {
            return 0;
        }

        return ulong.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var mark)
            ? mark
            : throw new DaemonException($"{path} holds no number, so nobody knows which ones were used: give the SA a new key and SPI, then delete the file");
    }

    // Written beside and moved over, so that a crash leaves the old mark or the new one and never half of one.
    private void Write(string name, ulong mark)
    {
        var path = Path.Combine(_folder, name);
        var beside = path + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(mark.ToString(CultureInfo.InvariantCulture)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
        _marks[name] = mark;
    }

    private static string NameOf(string protocol, uint spi, string local, string remote) =>
        string.Create(CultureInfo.InvariantCulture, $"{protocol.ToLowerInvariant()}-{spi:x8}-{local}-{remote}").Replace(':', '_');

    private void Guard(Action work) => Guard(() =>
    {
        work();
        return true;
    });

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DaemonException($"the numbers of the SAs cannot be kept in {_folder}: {refusal.Message}; give --state another folder, or none for keys that are used once", refusal);
        }
    }
}
