using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Daemon.Ike;

/// <summary>A data plane that holds what it is given and writes down in which order.</summary>
internal sealed class PlaneRecord : IDataPlane
{
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];

    /// <summary>Why an SA is refused; null for taking all.</summary>
    public string? Refusal { get; set; }

    public Dictionary<uint, SaModel> Inbound { get; } = [];

    public Dictionary<string, SaModel> Outbound { get; } = [];

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public void Publish(SpdModel policy) => throw new NotSupportedException();

    public void Install(TunnelModel tunnel) => throw new NotSupportedException();

    public void InstallInbound(string tunnel, IReadOnlyList<SaModel> layers)
    {
        Require();
        Inbound.Add(layers[0].Spi, Assert.Single(layers));
        Write($"in+ {tunnel} {layers[0].Spi}");
    }

    public void ReplaceOutbound(string tunnel, IReadOnlyList<SaModel> layers)
    {
        Require();
        Outbound[tunnel] = Assert.Single(layers);
        Write($"out+ {tunnel} {layers[0].Spi}");
    }

    public void ReplaceBranch(string tunnel, string branch, IReadOnlyList<SaModel> layers)
    {
        Require();
        Outbound[$"{tunnel}/{branch}"] = Assert.Single(layers);
        Write($"out+ {tunnel}/{branch} {layers[0].Spi}");
    }

    public bool RemoveBranch(string tunnel, string branch)
    {
        Write($"out- {tunnel}/{branch}");
        return Outbound.Remove($"{tunnel}/{branch}");
    }

    public bool ChangeSelectors(SaProtocol protocol, uint spi, IReadOnlyList<TrafficSelector> selectors) => throw new NotSupportedException();

    public Dictionary<uint, long> Opened { get; } = [];

    public long OpenedBy(SaProtocol protocol, uint spi) => Opened.GetValueOrDefault(spi);

    public bool RemoveInbound(SaProtocol protocol, uint spi)
    {
        Write($"in- {protocol} {spi}");
        return Inbound.Remove(spi);
    }

    public bool RemoveOutbound(string tunnel)
    {
        Write($"out- {tunnel}");
        return Outbound.Remove(tunnel);
    }

    public bool TrySendDummy(string tunnel, int length) => throw new NotSupportedException();

    public DataPlaneSnapshot Snapshot() => throw new NotSupportedException();

    private void Require()
    {
        if (Refusal is not null)
        {
            throw new ArgumentException(Refusal);
        }
    }

    private void Write(string call)
    {
        lock (_lock)
        {
            _calls.Add(call);
        }
    }
}
