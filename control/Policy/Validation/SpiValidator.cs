using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Validation;

/// <summary>Every layer has an SPI in each direction, none is reserved, and an inbound one leads to one SA.</summary>
internal sealed class SpiValidator(Findings findings)
{
    // RFC 4303 §2.1: 0 is for local use and 1 to 255 are reserved by IANA.
    private const uint FirstFree = 256;

    private readonly Dictionary<uint, SourcePosition> _inbound = [];

    /// <summary>Reports what the SPIs of a tunnel get wrong.</summary>
    public void Validate(IpManVpnAction tunnel, TunnelAlgorithms algorithms)
    {
        Validate(tunnel, "Esp", tunnel.Esp, algorithms.Esp is not null);
        Validate(tunnel, "Ah", tunnel.Ah, algorithms.Ah is not null);
    }

    private void Validate(IpManVpnAction tunnel, string layer, LayerKeys keys, bool isUsed)
    {
        Validate(tunnel, $"{layer}OutboundSpi", keys.Outbound.Spi, isUsed);
        if (Validate(tunnel, $"{layer}InboundSpi", keys.Inbound.Spi, isUsed) is not { } inbound)
        {
            return;
        }

        if (!_inbound.TryAdd(inbound.Value, inbound.Position))
        {
            findings.Error(inbound.Position, ConfigRule.Spi, $"this inbound SPI is taken at {_inbound[inbound.Value]}: a packet would not know its SA");
        }
    }

    private Placed<uint>? Validate(IpManVpnAction tunnel, string keyword, Placed<uint>? spi, bool isUsed)
    {
        if (spi is null)
        {
            if (isUsed && !tunnel.Given.Contains(keyword))
            {
                findings.Error(tunnel.Position, ConfigRule.Spi, $"{keyword} is missing");
            }

            return null;
        }

        if (!isUsed)
        {
            findings.Error(spi.Position, ConfigRule.Spi, $"{keyword} is given, but the tunnel has no such layer");
            return null;
        }

        if (spi.Value < FirstFree)
        {
            findings.Error(spi.Position, ConfigRule.Spi, $"SPIs below {FirstFree} are reserved (RFC 4303 §2.1)");
            return null;
        }

        return spi;
    }
}
