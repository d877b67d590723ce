using System.Collections.Concurrent;
using IpsecDp.Adapters.Linux;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.Wire.Ip;

namespace EndToEnd.Tests.HostPath;

/// <summary>Hears the link between two namespaces and notes what can be read on it.</summary>
internal sealed class WireTap : IDisposable
{
    private const int Buffer = 32 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly LinkCapture _link;
    private readonly Thread _thread;
    private readonly ConcurrentDictionary<int, int> _lastClear = new();
    private volatile bool _isStopping;
    private long _sealed;

    public WireTap(NetworkNamespace space)
    {
        _link = space.Run(() => LinkCapture.Open(NetworkNamespaces.Link, LinkFilter.All, Buffer));
        _thread = new Thread(Listen) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>ESP packets heard.</summary>
    public long Sealed => Interlocked.Read(ref _sealed);

    /// <summary>The highest number of a datagram of a port that could be read; 0 where none could.</summary>
    public int LastClear(int port) => _lastClear.GetValueOrDefault(port);

    /// <summary>Ends after all that has come was looked at, and requires that nothing was missed.</summary>
    public void Finish()
    {
        _isStopping = true;
        _thread.Join();
        Assert.Equal(0, _link.Lost + _link.Unreadable);
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _link.Dispose();
    }

    private void Listen()
    {
        // A flow that goes on leaves no pause to wait for: what has come by then is the end.
        while (_link.TryReceive(_isStopping ? TimeSpan.Zero : Patience, out _, out var packet) || !_isStopping)
        {
            if (packet.IsEmpty)
            {
                continue;
            }

            if (MarkedFlow.TryFind(packet, out var port, out var number))
            {
                _lastClear.AddOrUpdate(port, number, (_, last) => Math.Max(last, number));
            }

            if (IpPacketView.TryView(packet, out var view) && view.Protocol == IpProtocol.Esp)
            {
                Interlocked.Increment(ref _sealed);
            }
        }
    }
}
