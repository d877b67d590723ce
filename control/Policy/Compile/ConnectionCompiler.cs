using System.Globalization;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Signatures;
using IpsecDp.Ike.Models;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Turns key exchange rules and the tunnels that use them into connections with their children.</summary>
internal sealed class ConnectionCompiler(PolicyConfig config, PolicyFiles files, Findings findings)
{
    private const double Jitter = 0.1;

    private readonly ExchangeOfferCompiler _exchangeOffers = new(config, findings);
    private readonly DataOfferCompiler _dataOffers = new(config, findings);

    /// <summary>Reports what the offers of all actions get wrong, used or not.</summary>
    public void CheckOffers()
    {
        foreach (var action in config.EveryExchangeAction)
        {
            _exchangeOffers.Compile(action);
        }

        foreach (var action in config.EveryDynamicAction)
        {
            _dataOffers.Compile(action);
        }
    }

    /// <summary>The model of a policy without errors, and each tunnel's connection; secrets in it are the caller's, also when a file was refused.</summary>
    public IkeModel Compile(DynamicTunnels tunnels, List<DynamicTunnelModel> models)
    {
        var connections = new List<ConnectionModel>();
        foreach (var exchange in tunnels.Ordered.Distinct())
        {
            var mine = tunnels.All.Where(t => t.Exchange == exchange).GroupBy(t => (t.Local, t.Remote)).ToList();
            if (mine.Count == 0)
            {
                findings.Warn(exchange.Position, ConfigRule.Ignored, $"KeyExchangeRule {exchange.Name} is used by no IpFilterRule: its peers are refused");
                continue;
            }

            for (var i = 0; i < mine.Count; i++)
            {
                // The first keeps the plain name, so that one more leaves it as it was.
                var name = i == 0 ? exchange.Name : string.Create(CultureInfo.InvariantCulture, $"{exchange.Name}.{i + 1}");
                connections.Add(Connection(name, exchange, [.. mine[i]], isOnly: mine.Count == 1));
                models.AddRange(mine[i].Select(tunnel => Tunnel(tunnel, name)));
            }
        }

        var policy = config.ExchangePolicy!;
        return new IkeModel
        {
            Connections = [.. connections],
            Retransmission = new(policy.InitialWait, policy.Retries),
            Limits = new() { SessionsOfOnePeer = policy.SessionsOfOnePeer, SessionsOfOneAddress = policy.SessionsOfOneAddress, Children = policy.Children },
        };
    }

    private ConnectionModel Connection(string name, KeyExchangeRule rule, IReadOnlyList<DynamicTunnel> tunnels, bool isOnly)
    {
        var local = rule.Local!.In(config.LocalEndpoints)!;
        var remote = rule.Remote!.In(config.RemoteEndpoints)!;
        var action = rule.Action?.In(config.ExchangeActions);
        var policy = config.ExchangePolicy!;
        var (own, peer) = (tunnels[0].Local, tunnels[0].Remote);
        var others = local.Others.Select(other => other.Value).Where(other => other != own).Distinct().ToList();
        var starts = (action?.Initiates ?? policy.Initiates) && tunnels.Any(t => !t.Action.IsRemoteOnly);
        return new ConnectionModel
        {
            Name = name,
            Local = [.. isOnly ? local.Location!.Value : [AddressRange.Of(own)], .. others.Select(AddressRange.Of)],
            OtherOwn = [.. others],
            Remote = isOnly || peer is null ? [.. remote.Location!.Value] : [AddressRange.Of(peer.Value)],
            Peer = starts ? peer : null,
            Peers = peer is not null ? PeerRule.One : tunnels.All(t => DynamicTunnelValidator.ModeOf(t.Action, config) == SaMode.Transport) ? PeerRule.Destinations : PeerRule.Callers,
            Own = own,
            LocalId = local.Identity?.Single ?? IkeId.OfAddress(own),
            RemoteId = remote.Identity?.Pattern ?? (peer is { } one ? new IdPattern.Exactly(IkeId.OfAddress(one)) : new IdPattern.AddressesIn(remote.Location!.Value[0])),
            LocalProof = LocalProof(rule, local, action),
            RemoteProof = RemoteProof(rule, remote, action),
            Offers = [.. _exchangeOffers.Compile(action)],
            Children = [.. tunnels.Select(tunnel => Child(tunnel, starts))],
            Lifetime = Lifetime(action),
            Reauthenticates = action is { Reauthentication.Ticks: > 0 },
            Liveness = policy.Liveness,
            Keepalive = policy.Keepalive,
            TakesMobike = action?.TakesMobike ?? true,
            RedirectNames = [.. (action?.RedirectNames ?? []).Select(name => name.Value.Pattern)],
        };
    }

    private LifetimeModel Lifetime(KeyExchangeAction? action)
    {
        var rekey = action is { Reauthentication.Ticks: > 0 } ? action.Reauthentication : action?.MostWanted?.In(config.ExchangeOffers)?.Lifetime ?? LifetimeModel.OfIke.Rekey;
        return new(rekey, Jitter, rekey * 9 / 8);
    }

    private ChildModel Child(DynamicTunnel tunnel, bool starts)
    {
        var offer = tunnel.Action.MostWanted?.In(config.DataOffers);
        var rekey = offer?.Lifetime ?? LifetimeModel.OfChild.Rekey;
        var isTransport = DynamicTunnelValidator.ModeOf(tunnel.Action, config) == SaMode.Transport;
        return new ChildModel
        {
            Name = tunnel.Name,
            Selectors = [.. tunnel.Selectors],
            Offers = [.. _dataOffers.Compile(tunnel.Action)],
            IsTransport = isTransport,
            TakesOtherMode = isTransport && tunnel.Action.Encapsulation is null,
            Start = !starts || tunnel.Action.IsRemoteOnly ? ChildStart.ByPeer
                : tunnel.IsAutomatic ? ChildStart.Automatic
                : tunnel.IsOnDemand ? ChildStart.OnDemand
                : ChildStart.ByCommand,
            Lifetime = new(rekey, Jitter, rekey * 7 / 6),
            RekeyOctets = offer?.Lifesize ?? 0,
            VpnLife = tunnel.Action.Life,
        };
    }

    private ProofModel LocalProof(KeyExchangeRule rule, SecurityEndpoint local, KeyExchangeAction? action)
    {
        if (KeyExchangeValidator.LocalWay(rule, action) == AuthenticationWay.SharedKey)
        {
            return new ProofModel.Shared(Secret(rule.SharedKey!));
        }

        return files.Credential(local.Certificate!, local.PrivateKey!) is { } credential
            ? new ProofModel.Own([credential], SignatureRules.Default)
            : new ProofModel.Own([], SignatureRules.Default);
    }

    private ProofModel RemoteProof(KeyExchangeRule rule, SecurityEndpoint remote, KeyExchangeAction? action) =>
        KeyExchangeValidator.RemoteWay(rule, action) == AuthenticationWay.SharedKey
            ? new ProofModel.Shared(Secret(rule.SharedKey!))
            : new ProofModel.Certified(new PathRules { Anchors = [.. remote.Authorities.SelectMany(files.Authorities)] });

    // A file that was refused was reported, and the model is given up.
    private SecretBytes Secret(SharedKey key) => key.InPlace is { } octets ? new SecretBytes(octets.Octets.Reveal()) : files.SharedKey(key.File!) ?? SecretBytes.Empty;

    private DynamicTunnelModel Tunnel(DynamicTunnel tunnel, string connection) => new()
    {
        Name = tunnel.Name,
        Connection = connection,
        Local = tunnel.Local,
        Remote = tunnel.Remote,
        Mode = DynamicTunnelValidator.ModeOf(tunnel.Action, config),
        Marking = new(tunnel.Action.PassthroughDf, tunnel.Action.PassthroughDscp, FixedDscp: 0, tunnel.Action.EcnPassthrough),
        ReplayWindow = tunnel.Action.ReplayWindow?.Value ?? TunnelCompiler.DefaultReplayWindow,
        PathMtu = tunnel.Action.PathMtu,
    };
}
