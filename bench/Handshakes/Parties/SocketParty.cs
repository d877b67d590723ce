using System.Collections.Concurrent;
using System.Net;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace IpsecDp.Handshakes.Parties;

/// <summary>One side with the product's driver and UDP sockets on ports 500 and 4500 of an address.</summary>
internal sealed class SocketParty : IDisposable
{
    private readonly IkePort _port;
    private readonly IkePort _marked;
    private readonly IkeDriver _driver;
    private readonly ConcurrentQueue<IkeEvent> _events = [];
    private readonly Action<IkeEvent>? _watch;
    private long _refused;

    /// <summary>Opens and starts it; <paramref name="watch"/> takes the events instead of keeping them, on the driver's thread.</summary>
    public SocketParty(IPAddress own, IkeModel model, Action<IkeEvent>? watch = null)
    {
        _watch = watch;
        _port = IkePort.Open(new IPEndPoint(own, IkePath.Port), hasMarker: false);
        _marked = IkePort.Open(new IPEndPoint(own, IkePath.NatPort), hasMarker: true);
        var channels = new IkeChannels();
        channels.Add(_port.LocalEndPoint, _port);
        channels.Add(_marked.LocalEndPoint, _marked);
        _driver = new IkeDriver(new IkeEndpoint(model), channels, Take, TimeProvider.System, new SystemEntropy());
        _driver.Start();
    }

    /// <summary>Datagrams there was no room for.</summary>
    public long Dropped => _port.Dropped;

    /// <summary>Datagrams refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>How many events of a kind there were.</summary>
    public int Count<T>()
        where T : IkeEvent => _events.OfType<T>().Count();

    /// <summary>Gives an order.</summary>
    public void Order(IkeCommand command) => _driver.TrySubmit(command);

    /// <inheritdoc/>
    public void Dispose()
    {
        _driver.Dispose();
        _port.Dispose();
        _marked.Dispose();
    }

    private void Take(IkeEvent happened)
    {
        if (happened is IkeEvent.Refused)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        if (_watch is not null)
        {
            _watch(happened);
            return;
        }

        _events.Enqueue(happened);
    }
}
