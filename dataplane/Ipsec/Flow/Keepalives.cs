using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Keeps NAT mappings of silent encapsulated tunnels open: one octet 0xFF on the tunnel's ports (RFC 3948 §2.3, §4).</summary>
internal sealed class Keepalives(DataPlaneOptions options, LineContext line, TunnelRegistry tunnels)
{
    private readonly Dictionary<Tunnel, (OutboundBundle Bundle, long At, long Packets)> _last = [];

    /// <summary>Sends one for each tunnel that sealed nothing during the interval.</summary>
    public void Send()
    {
        foreach (var tunnel in tunnels.All)
        {
            if (tunnel.Outbound is { Outermost.Model.Encapsulation: not null } bundle && IsDue(bundle))
            {
                Send(bundle.Outermost.Model);
            }
        }

        if (_last.Count > tunnels.All.Length)
        {
            foreach (var gone in _last.Keys.Where(tunnel => tunnel.Outbound is null).ToArray())
            {
                _last.Remove(gone);
            }
        }
    }

    private bool IsDue(OutboundBundle bundle)
    {
        var packets = bundle.Outermost.Counters.Packets;
        if (!_last.TryGetValue(bundle.Tunnel, out var last) || last.Bundle != bundle || last.Packets != packets)
        {
            _last[bundle.Tunnel] = (bundle, line.Time.GetTimestamp(), packets);
            return false;
        }

        if (line.Time.GetElapsedTime(last.At) < options.KeepaliveInterval)
        {
            return false;
        }

        _last[bundle.Tunnel] = (bundle, line.Time.GetTimestamp(), packets);
        return true;
    }

    private void Send(SaModel model)
    {
        var fields = new IpHeaderFields(model.Local, model.Remote, IpProtocol.Udp, HopLimit: 64, Identification: 1);
        var length = fields.HeaderLength + UdpView.HeaderLength + 1;
        if (line.Rent(length) is not { } packet)
        {
            return;
        }

        using var batch = new PacketBatch(1);
        batch.Add(packet);
        var octets = packet.SetLength(length);
        octets[^1] = UdpEncapMarker.KeepaliveOctet;
        fields.Write(octets);
        UdpView.Write(octets[fields.HeaderLength..], model.Encapsulation!.Value.LocalPort, model.Encapsulation.Value.RemotePort);
        options.CipherPorts[0].Send(batch);
    }
}
