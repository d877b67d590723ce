using System.Threading.Channels;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ports;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Daemon.Ike;

/// <summary>Gives an endpoint its datagrams, its commands and its time, one turn after the other, and carries away what each turn gave.</summary>
/// <remarks>
/// What belongs to an IKE SA goes before first requests, which anybody can send: those wait in a queue of their own, are taken a few at a time, and go when there are too many.
/// An error of this program costs the turn it happens in and what that turn was about, never the loop.
/// </remarks>
public sealed class IkeDriver : IDisposable
{
    private const int MostCommands = 4096;
    private const int DatagramsInARow = 64;
    private const int NewcomersInARow = 8;
    private const int MostNewcomers = 256;

    // A peer that lives answers a farewell in a round trip; one that does not must not keep this process.
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    // A timer cannot be set for longer; the loop asks again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly IkeEndpoint _endpoint;
    private readonly IkeChannels _channels;
    private readonly Action<IkeEvent> _events;
    private readonly TimeProvider _time;
    private readonly IEntropy _entropy;
    private readonly IkeOutbox _outbox = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<(IkeCommand Command, Action? Done)> _commands = Channel.CreateBounded<(IkeCommand, Action?)>(new BoundedChannelOptions(MostCommands) { SingleReader = true });
    private readonly Queue<IkeDatagram> _newcomers = new();
    private readonly Thread _thread;
    private readonly Func<IDisposable>? _enter;
    private readonly IInboundTraffic? _traffic;
    private Exception? _failure;
    private DateTimeOffset _latest;
    private long _unsent;
    private bool _isDisposed;

    /// <summary>A driver of an endpoint, which it owns; <paramref name="events"/> is called from its thread and owns the keys it is given; <paramref name="enter"/> books that thread's time; <paramref name="traffic"/> says what children took.</summary>
    public IkeDriver(IkeEndpoint endpoint, IkeChannels channels, Action<IkeEvent> events, TimeProvider time, IEntropy entropy, Func<IDisposable>? enter = null, IInboundTraffic? traffic = null)
    {
        (_endpoint, _channels, _events, _time, _entropy, _enter, _traffic) = (endpoint, channels, events, time, entropy, enter, traffic);
        _thread = new Thread(Run) { IsBackground = true, Name = "ike" };
    }

    /// <summary>Messages no socket took; they are sent again like lost ones.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    /// <summary>What ended its thread; null while it runs.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Begins.</summary>
    public void Start() => _thread.Start();

    /// <summary>Queues a command; false when there are too many, which only means that a packet or a limit asks again.</summary>
    public bool TrySubmit(IkeCommand command) => _commands.Writer.TryWrite((command, null));

    /// <summary>Queues a command that must not be lost, waiting for room; <paramref name="done"/> is called from the driver's thread once everything it gave was carried away.</summary>
    public void Submit(IkeCommand command, Action done) => _commands.Writer.WriteAsync((command, done), _end.Token).AsTask().GetAwaiter().GetResult();

    /// <summary>Ends the loop, tells the peers that everything ends, hears the answers of those that give one within a second, and zeroes the endpoint's keys.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _end.Cancel();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        if (_failure is null)
        {
            TakeLeave();
        }

        _endpoint.Dispose();
        _end.Dispose();
    }

    private void Run()
    {
        try
        {
            using (_enter?.Invoke())
            {
                Loop();
            }
        }
        catch (Exception failure)
        {
            Volatile.Write(ref _failure, failure);
        }
    }

    private void Loop()
    {
        IReadOnlyList<IIkeChannel>? known = null;
        List<ChannelReader<IkeDatagram>> sources = [];
        while (!_end.IsCancellationRequested)
        {
            if (_channels.All is var all && all != known)
            {
                (known, sources) = (all, [.. all.Select(channel => channel.Received)]);
            }

            if (Round(sources))
            {
                continue;
            }

            using var rest = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            Task[] waits =
            [
                .. sources.Select(source => source.WaitToReadAsync(rest.Token).AsTask()),
                _commands.Reader.WaitToReadAsync(rest.Token).AsTask(),
                Task.Delay(Rest(), _time, rest.Token),
            ];
            Task.WhenAny(waits).GetAwaiter().GetResult();
            rest.Cancel();
            sources.RemoveAll(source => source.Completion.IsCompleted);
        }
    }

    // RFC 7296 §1.4.1: a delete is answered, and both ends may delete at once. What came to a closed port the host would answer by an error in clear, which no policy of the peer takes.
    private void TakeLeave()
    {
        Execute(new IkeCommand.CloseAll());
        var sources = _channels.All.Select(channel => channel.Received).ToList();
        using var limit = new CancellationTokenSource(LongestFarewell, _time);
        while (_endpoint.AwaitsAnswers && !limit.IsCancellationRequested && sources.Count > 0)
        {
            using var rest = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            Task.WhenAny(sources.Select(source => source.WaitToReadAsync(rest.Token).AsTask())).GetAwaiter().GetResult();
            rest.Cancel();
            foreach (var source in sources)
            {
                while (!limit.IsCancellationRequested && source.TryRead(out var datagram))
                {
                    TakeLast(datagram);
                }
            }

            sources.RemoveAll(source => source.Completion.IsCompleted);
        }
    }

    // Nobody new begins anything here any more.
    private void TakeLast(IkeDatagram datagram)
    {
        if (IkeHeader.TryRead(datagram.Message, out var header, out _) && header.ResponderSpi != 0)
        {
            Receive(datagram);
        }
    }

    // Commands and what is due go before datagrams, known peers before new ones, and no socket keeps the others waiting.
    private bool Round(List<ChannelReader<IkeDatagram>> sources)
    {
        var hasWorked = false;
        while (_commands.Reader.TryRead(out var order))
        {
            Execute(order.Command);
            order.Done?.Invoke();
            hasWorked = true;
        }

        if (_endpoint.WakeAt is { } at && at <= Turn().Now)
        {
            Wake();
            hasWorked = true;
        }

        foreach (var source in sources)
        {
            for (var i = 0; i < DatagramsInARow && source.TryRead(out var datagram); i++)
            {
                Sort(datagram);
                hasWorked = true;
            }
        }

        for (var i = 0; i < NewcomersInARow && _newcomers.TryDequeue(out var newcomer); i++)
        {
            Receive(newcomer);
            hasWorked = true;
        }

        return hasWorked;
    }

    private void Sort(IkeDatagram datagram)
    {
        if (!IkeHeader.TryRead(datagram.Message, out var header, out _) || header.ResponderSpi != 0)
        {
            Receive(datagram);
        }
        else if (_newcomers.Count < MostNewcomers)
        {
            _newcomers.Enqueue(datagram);
        }
        else
        {
            Tell(new IkeEvent.Refused(PathOf(datagram), new(IkeFault.TooManyNewcomers)));
        }
    }

    private void Receive(IkeDatagram datagram)
    {
        var path = PathOf(datagram);
        try
        {
            _endpoint.Receive(path, datagram.Message, Turn());
        }
        catch (Exception fault)
        {
            _outbox.Raise(new IkeEvent.Faulted(string.Empty, path, fault));
        }

        CarryAway();
    }

    private void Wake()
    {
        try
        {
            _endpoint.Wake(Turn());
        }
        catch (Exception fault)
        {
            _outbox.Raise(new IkeEvent.Faulted(string.Empty, default, fault));
        }

        CarryAway();
    }

    private void Execute(IkeCommand command)
    {
        _endpoint.Execute(command, Turn());
        CarryAway();
    }

    private static IkePath PathOf(IkeDatagram datagram) =>
        new(IpAddress.From(datagram.Local.Address), (ushort)datagram.Local.Port, IpAddress.From(datagram.Remote.Address), (ushort)datagram.Remote.Port);

    // The system's clock may be set back; a turn's time never goes back.
    private IkeTurn Turn()
    {
        var now = _time.GetUtcNow();
        _latest = now > _latest ? now : _latest;
        return new IkeTurn(_latest, _entropy, _outbox, _traffic);
    }

    private TimeSpan Rest()
    {
        if (_endpoint.WakeAt is not { } at)
        {
            return LongestWait;
        }

        var wait = at - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
    }

    // Events go first: the peer may send through an SA as soon as it has read the answer that made it.
    private void CarryAway()
    {
        foreach (var happened in _outbox.Events)
        {
            Tell(happened);
        }

        foreach (var transmit in _outbox.Transmits)
        {
            if (!_channels.TrySend(transmit))
            {
                Interlocked.Increment(ref _unsent);
            }
        }

        _outbox.Clear();
    }

    private void Tell(IkeEvent happened)
    {
        try
        {
            _events(happened);
        }
        catch (Exception fault) when (happened is not IkeEvent.Faulted)
        {
            Tell(new IkeEvent.Faulted(string.Empty, default, fault));
        }
    }
}
