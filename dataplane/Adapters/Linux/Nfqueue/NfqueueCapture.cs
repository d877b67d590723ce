using System.Net;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports;
using IpsecDp.Ports.Divert;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>A capture in the host's own packet path by NFQUEUE: what the host sends and a plan names is taken behind its filters, what arrives protected in front of connection tracking, and both go on as what the data plane makes of them.</summary>
/// <remarks>Fails closed: rules stay when the process dies, and the kernel drops what it holds for a queue whose owner is gone and what comes to a queue without one.</remarks>
public sealed class NfqueueCapture : IDisposable
{
    private readonly NfqueueOptions _options;
    private readonly CaptureLock _lock;
    private readonly KernelCounts _counts;
    private readonly List<NfqueueClearPort> _clear = [];
    private readonly List<NfqueueCipherPort> _cipher = [];
    private HostMtus? _mtus;
    private RuleKeeper? _rules;
    private int _isDisposed;

    private NfqueueCapture(NfqueueOptions options, CaptureLock taken)
    {
        (_options, _lock) = (options, taken);
        _counts = new KernelCounts();
        Mtu = options.Mtu ?? options.Plan.OwnEnds.Select(own => LinkMtu.Of(ToAddress(own))).DefaultIfEmpty(LinkMtu.Assumed).Min();
    }

    /// <summary>The host's face, one port for each queue.</summary>
    public IReadOnlyList<IClearPort> ClearPorts => _clear;

    /// <summary>The network's face, one port for each queue.</summary>
    public IReadOnlyList<ICipherPort> CipherPorts => _cipher;

    /// <summary>The MTU of the ports.</summary>
    public int Mtu { get; }

    /// <summary>The firewall mark that other sockets of this data plane set so that what they send is not captured.</summary>
    public int SentMark => _options.SentMark;

    /// <summary>What the kernel counts.</summary>
    public QueueLosses Losses => _counts.Read(_options.FirstQueue, _options.QueueNumbersNeeded);

    /// <summary>How often somebody else changed the rules and they were put back.</summary>
    public long RulesRestored => _rules?.Restored ?? 0;

    /// <summary>Verdicts the kernel could not take as they were, and those that came when it no longer had the packet.</summary>
    public long MissedVerdicts => Ports.SelectMany(port => port.Readers).Sum(reader => reader.Socket.FailedVerdicts + reader.LateVerdicts);

    /// <summary>What the kernel does for the capture, and what it lost.</summary>
    public string FeatureLine
    {
        get
        {
            var losses = Losses;
            return OffloadFeature.Describe("nfqueue",
            [
                new OffloadFeature("tcp superframes", true, $"{_options.Queues} queues from {_options.FirstQueue}"),
                new OffloadFeature("precedence", true, _options.SortsArrivals ? "" : "of what is sent; not asked for of what arrives"),
                new OffloadFeature("fail-open", _options.FailsOpen, _options.FailsOpen ? "a full queue lets packets leave in clear" : ""),
                new OffloadFeature("buffers", true, $"{_clear[0].Readers[0].Socket.BufferGranted} octets granted"),
                new OffloadFeature("losses", losses is not { QueueFull: 0, SocketFull: 0 }, $"{losses.QueueFull} at full queues, {losses.SocketFull} at full sockets, {MissedVerdicts} verdicts missed"),
            ]);
        }
    }

    private IEnumerable<QueuePort> Ports => [.. _clear, .. _cipher];

    /// <summary>Binds the queues and installs the rules in the calling thread's network namespace; what an earlier capture left is replaced. Throws <see cref="AdapterException"/>.</summary>
    public static NfqueueCapture Open(NfqueueOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new AdapterException("NFQUEUE needs Linux: on Windows take the WinDivert port.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queues, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queues, NfqueueOptions.MostQueues);
        var taken = CaptureLock.TryTake()
            ?? throw new AdapterException("another ipsecdp captures packets in this network namespace: stop it first; two would take each other's packets.");
        var capture = new NfqueueCapture(options, taken);
        try
        {
            capture.OpenPorts();
            capture._rules = new RuleKeeper(options);
            return capture;
        }
        catch (AdapterException)
        {
            capture.Dispose();
            throw;
        }
    }

    /// <summary>Removes what a dead capture left in the calling thread's network namespace; gives the number of chains removed. Throws <see cref="AdapterException"/> while a capture lives.</summary>
    public static int Clean()
    {
        using var taken = CaptureLock.TryTake()
            ?? throw new AdapterException("an ipsecdp captures packets in this network namespace: stop it, and it removes its rules itself.");
        return RuleKeeper.RemoveFromHere();
    }

    /// <summary>Takes the packets of another plan from here on, with no moment between in which one of either leaves in clear; throws <see cref="AdapterException"/>.</summary>
    public void Replace(DivertPlan plan) => _rules!.Replace(plan);

    /// <summary>Looks whether all rules are there, as happens by itself every few seconds and on each change, and puts back what is not.</summary>
    public void LookAtRules() => _rules!.Look();

    /// <summary>Removes the rules, then gives up the queues; packets flow in clear from then on.</summary>
    public void Dispose() => End(removesRules: true);

    /// <summary>Gives up the queues and leaves the rules, as a process that dies does.</summary>
    internal void Abandon() => End(removesRules: false);

    private void End(bool removesRules)
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _rules?.End(removesRules);
        foreach (var port in Ports)
        {
            port.Dispose();
        }

        _mtus?.Dispose();
        _counts.Dispose();
        _lock.Dispose();
    }

    private void OpenPorts()
    {
        _mtus = new HostMtus(Mtu, TimeProvider.System);
        for (var index = 0; index < _options.Queues; index++)
        {
            _clear.Add(OpenClear(index, _mtus));
            _cipher.Add(OpenCipher(index, _mtus));
        }
    }

    private NfqueueClearPort OpenClear(int index, HostMtus mtus)
    {
        var counters = new PortCounters();
        var loopback = new LoopbackInjector(_options.InjectedMark, _options.Buffers, counters);
        var socket = OpenSocket([loopback], takesSuperframes: true, _options.TcpQueue(index), _options.OtherQueue(index));
        var reader = new QueueReader(socket, _options.Buffers, counters, mtus);
        var markedSocket = OpenSocket([loopback, socket], takesSuperframes: true, _options.MarkedTcpQueue(index), _options.MarkedOtherQueue(index));
        var marked = new QueueReader(markedSocket, _options.Buffers, counters, mtus);
        return new NfqueueClearPort($"nfqueue:{_options.TcpQueue(index)},{_options.OtherQueue(index)}", Mtu, reader, marked, loopback, new OpenedRun(_options.Plan), mtus, counters, _counts);
    }

    private NfqueueCipherPort OpenCipher(int index, HostMtus mtus)
    {
        var counters = new PortCounters();
        var raw = new RawPair(_options.SentMark, _options.Buffers, counters);
        var socket = OpenSocket([raw], takesSuperframes: false, _options.InboundQueue(index));
        var reader = new QueueReader(socket, _options.Buffers, counters, mtus: null);
        var marked = _options.SortsArrivals
            ? new QueueReader(OpenSocket([raw, socket], takesSuperframes: false, _options.MarkedInboundQueue(index)), _options.Buffers, counters, mtus: null)
            : null;
        return new NfqueueCipherPort($"nfqueue:{_options.InboundQueue(index)}", Mtu, reader, marked, raw, mtus, counters, _counts);
    }

    private QueueSocket OpenSocket(IDisposable[] beside, bool takesSuperframes, params ushort[] queues)
    {
        try
        {
            return QueueSocket.Open(_options, takesSuperframes, queues);
        }
        catch (AdapterException)
        {
            Array.ForEach(beside, static opened => opened.Dispose());
            throw;
        }
    }

    private static IPAddress ToAddress(Wire.Ip.IpAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.WriteTo(octets);
        return new IPAddress(octets[..address.Length]);
    }
}
