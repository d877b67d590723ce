using Microsoft.Win32.SafeHandles;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Whether the host drops packets that come in by another interface than answers to them would leave by (RFC 3704, net.ipv4.conf.*.rp_filter) on its loopback; asked again each second, since an operator may change it.</summary>
internal sealed class ReversePathFilter : IDisposable
{
    private const byte Strict = (byte)'1';
    private const byte Loose = (byte)'2';

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly string[] Settings = ["/proc/sys/net/ipv4/conf/all/rp_filter", "/proc/sys/net/ipv4/conf/lo/rp_filter"];

    private readonly SafeFileHandle[] _files;
    private readonly TimeProvider _time;
    private long _since;
    private bool _isStrict;

    /// <summary>Asks in the calling thread's network namespace, also later and from other threads.</summary>
    public ReversePathFilter(TimeProvider time)
    {
        _time = time;
        _files = [.. Settings.Where(File.Exists).Select(path => File.OpenHandle(path))];
        _isStrict = Read();
        _since = time.GetTimestamp();
    }

    /// <summary>Whether it is so; the stricter of both settings holds (ip-sysctl).</summary>
    public bool IsStrict
    {
        get
        {
            // Threads that meet here at worst ask twice.
            if (_time.GetElapsedTime(Volatile.Read(ref _since)) >= Fresh)
            {
                Volatile.Write(ref _since, _time.GetTimestamp());
                Volatile.Write(ref _isStrict, Read());
            }

            return Volatile.Read(ref _isStrict);
        }
    }

    public void Dispose() => Array.ForEach(_files, file => file.Dispose());

    // The larger number wins, and 2 asks only whether there is a route at all.
    private bool Read()
    {
        Span<byte> setting = stackalloc byte[1];
        byte most = 0;
        foreach (var file in _files)
        {
            if (RandomAccess.Read(file, setting, 0) == 1 && setting[0] is Strict or Loose)
            {
                most = Math.Max(most, setting[0]);
            }
        }

        return most == Strict;
    }
}
