using System.Globalization;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports;
using IpsecDp.Ports.Divert;

namespace IpsecDp.Daemon.Capture;

/// <summary>The host's own path by NFQUEUE, and a socket beside it where ESP travels in UDP.</summary>
internal sealed class QueueCapture : IHostCapture
{
    private readonly DaemonOptions _options;
    private readonly DaemonLog _log;
    private readonly CipherSide? _side;
    private readonly NfqueueCapture _path;
    private readonly UdpEncapPort? _socket;
    private DivertPlan _plan;
    private long _lost;

    /// <summary>Binds queues and socket and installs the rules of the policy; throws <see cref="AdapterException"/> or <see cref="DaemonException"/> with nothing left open.</summary>
    public QueueCapture(DaemonOptions options, PolicyModel policy, PortBuffers buffers, DaemonLog log)
    {
        (_options, _log) = (options, log);
        _side = SideOf(options, policy);
        _plan = DivertCompiler.Compile(policy);
        _path = NfqueueCapture.Open(new NfqueueOptions
        {
            Plan = _plan,
            Queues = options.QueueBalance,
            SortsArrivals = options.SortsArrivals,
            FailsOpen = options.FailsOpen,
            Buffers = buffers,
            Report = sentence => log.Write(DaemonMessage.CaptureDisturbed, sentence),
        });
        try
        {
            log.Write(DaemonMessage.PortOpened, $"{_path.FeatureLine}; link MTU {_path.Mtu}");
            _socket = _side is null ? null : OpenSocket(_side, buffers);
            Tell();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<IClearPort> Clear => _path.ClearPorts;

    /// <inheritdoc/>
    public IReadOnlyList<ICipherPort> Cipher => _socket is null ? _path.CipherPorts : [.. _path.CipherPorts.Select(port => new SplitCipherPort(port, _socket)), _socket];

    /// <inheritdoc/>
    public UdpEncapPort? SharedSocket => _socket;

    /// <inheritdoc/>
    public bool IsEspInUdp => _socket is not null;

    /// <inheritdoc/>
    public void RequireFit(PolicyModel policy)
    {
        if (policy.Tunnels.Count + policy.DynamicTunnels.Count == 0)
        {
            return;
        }

        var needed = SideOf(_options, policy);
        if (_side is null != needed is null)
        {
            throw new DaemonException($"the policy {(needed is null ? "has no ESP in UDP any more" : "wants ESP in UDP, for which no socket is open")}: stop and start again");
        }

        if (_side is not null)
        {
            CipherSocket.RequireSame(_side, needed!);
        }
    }

    /// <inheritdoc/>
    public void Take(DivertPlan plan)
    {
        if (_plan.Outbound.SequenceEqual(plan.Outbound) && _plan.Inbound.SequenceEqual(plan.Inbound) && _plan.Protected.SequenceEqual(plan.Protected) && _plan.ProtectedFromAny.SequenceEqual(plan.ProtectedFromAny) && _plan.LeavesIke == plan.LeavesIke)
        {
            return;
        }

        _path.Replace(plan);
        _plan = plan;
        Tell();
    }

    /// <inheritdoc/>
    public string? Look()
    {
        var losses = _path.Losses;
        var lost = losses.QueueFull + losses.SocketFull;
        var since = lost - _lost;
        _lost = lost;
        return since == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"the kernel lost {since} packets at full queues since the last look: take more queues (--queue-balance)");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _path.Dispose();
        _socket?.Dispose();
    }

    // ESP in IP needs no socket, and so no decision about one: it is told by its addresses.
    private static CipherSide? SideOf(DaemonOptions options, PolicyModel policy) => NeedsSocket(options, policy) ? CipherSide.Choose(options, policy) : null;

    private static bool NeedsSocket(DaemonOptions options, PolicyModel policy) =>
        options.Encapsulation == CipherEncapsulation.Udp
        || policy.Tunnels.Any(tunnel => tunnel.Outbound[^1].Encapsulation is not null)
        || (options.Encapsulation is null && policy.Tunnels.Count == 0 && policy.DynamicTunnels.Count > 0);

    private UdpEncapPort OpenSocket(CipherSide side, PortBuffers buffers)
    {
        var socket = UdpEncapPort.Open(new UdpEncapOptions { Local = side.Local, Port = side.Port, WholeDatagrams = true, SortsByPrecedence = _options.SortsArrivals, Mark = _path.SentMark, Buffers = buffers });
        _log.Write(DaemonMessage.PortOpened, $"{socket.FeatureLine}; link MTU {socket.Mtu}");
        return socket;
    }

    private void Tell()
    {
        _log.Write(DaemonMessage.CaptureInForce, $"taken out of this host's path: {_plan.Outbound.Count} selectors of what it sends, {_plan.Inbound.Count} of what arrives in clear, protected packets of {_plan.Protected.DistinctBy(flow => flow.Remote).Count()} peers; what no rule speaks of stays with the host");
        if (_options.FailsOpen)
        {
            _log.Write(DaemonMessage.FailsOpen, "--fail-open: packets the policy wants protected LEAVE IN CLEAR where a queue is full");
        }
    }
}
