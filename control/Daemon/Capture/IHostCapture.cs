using IpsecDp.Adapters.Sockets;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports;
using IpsecDp.Ports.Divert;

namespace IpsecDp.Daemon.Capture;

/// <summary>Both sides of the data plane on this host, opened together: where packets are taken from and where they go back to.</summary>
internal interface IHostCapture : IDisposable
{
    /// <summary>The host's side, one port a queue.</summary>
    IReadOnlyList<IClearPort> Clear { get; }

    /// <summary>The network's side.</summary>
    IReadOnlyList<ICipherPort> Cipher { get; }

    /// <summary>The UDP socket of ESP, which IKE shares; null where there is none, and IKE opens one for itself.</summary>
    UdpEncapPort? SharedSocket { get; }

    /// <summary>Whether negotiated ESP travels in UDP, and not in IP.</summary>
    bool IsEspInUdp { get; }

    /// <summary>Throws <see cref="DaemonException"/> where a policy needs other sockets or interfaces than those that are open.</summary>
    void RequireFit(PolicyModel policy);

    /// <summary>From its return on the host gives up what the plan names, at least; throws <see cref="Adapters.AdapterException"/> with the former plan in force.</summary>
    void Take(DivertPlan plan);

    /// <summary>What has gone wrong beside the ports since the last look, in a sentence for the operator; null where nothing has.</summary>
    string? Look();
}
