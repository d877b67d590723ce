using IpsecDp.Adapters.Sockets;
using IpsecDp.Daemon.Capture;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Daemon;

/// <summary>A data plane and a capture that write down what control asks of them, in its order.</summary>
internal sealed class RecordedControl : IDataPlane, IHostCapture
{
    private readonly List<SaSnapshot> _associations = [];

    /// <summary>What was asked.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The plans that were taken.</summary>
    public List<DivertPlan> Plans { get; } = [];

    /// <summary>The outbound SAs that were installed last, by tunnel.</summary>
    public Dictionary<string, IReadOnlyList<SaModel>> Outbound { get; } = new(StringComparer.Ordinal);

    /// <summary>What running inbound SAs were told to carry, by SPI.</summary>
    public Dictionary<uint, IReadOnlyList<TrafficSelector>> Selectors { get; } = [];

    /// <summary>What makes a policy not fit, or null.</summary>
    public Exception? Misfit { get; set; }

    /// <summary>What makes the capture refuse a plan, or null.</summary>
    public Exception? Refusal { get; set; }

    public IReadOnlyList<IClearPort> Clear => [];

    public IReadOnlyList<ICipherPort> Cipher => [];

    public UdpEncapPort? SharedSocket => null;

    public bool IsEspInUdp => false;

    /// <summary>Has an outbound SA use numbers.</summary>
    public void Use(SaModel sa, ulong highest) => _associations.Add(new(sa.Tunnel, sa.Protocol.ToString(), sa.Spi, false, "", "", sa.Local.ToString(), sa.Remote.ToString(), 0, 0, 0, 0, 0, 0, highest, 0));

    public void Publish(SpdModel policy) => Calls.Add("publish");

    public void Install(TunnelModel tunnel) => Calls.Add($"install {tunnel.Name}");

    public void InstallInbound(string tunnel, IReadOnlyList<SaModel> layers) => Calls.Add($"inbound {tunnel} {layers[0].Spi:x}");

    public void ReplaceOutbound(string tunnel, IReadOnlyList<SaModel> layers)
    {
        Outbound[tunnel] = layers;
        Calls.Add($"outbound {tunnel} {layers[0].Spi:x}");
    }

    public void ReplaceBranch(string tunnel, string branch, IReadOnlyList<SaModel> layers) => throw new NotSupportedException();

    public bool RemoveBranch(string tunnel, string branch) => throw new NotSupportedException();

    public bool ChangeSelectors(SaProtocol protocol, uint spi, IReadOnlyList<TrafficSelector> selectors)
    {
        Selectors[spi] = selectors;
        return true;
    }

    public long OpenedBy(SaProtocol protocol, uint spi) => 0;

    public bool RemoveInbound(SaProtocol protocol, uint spi)
    {
        Calls.Add($"remove inbound {spi:x}");
        return true;
    }

    public bool RemoveOutbound(string tunnel)
    {
        Calls.Add($"remove outbound {tunnel}");
        return true;
    }

    public bool TrySendDummy(string tunnel, int length) => false;

    public DataPlaneSnapshot Snapshot() => new(_associations, new Dictionary<DropReason, long>(), new Dictionary<string, long>(), 0, 0, [], null!);

    public void RequireFit(PolicyModel policy)
    {
        if (Misfit is { } misfit)
        {
            throw misfit;
        }
    }

    public void Take(DivertPlan plan)
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
        }

        Plans.Add(plan);
        Calls.Add($"take {plan.Outbound.Count}");
    }

    public string? Look() => null;

    public void Dispose()
    {
    }
}
