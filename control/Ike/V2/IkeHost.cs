using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Limits;
using IpsecDp.Ike.V2.Redirections;
using IpsecDp.Ike.V2.States;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2;

/// <summary>What all IKE SAs of an endpoint share.</summary>
internal sealed class IkeHost(IkeModel model) : IDisposable
{
    // RFC 4303 §2.1: SPIs 0 to 255 are reserved.
    private const uint FirstChildSpi = 256;

    private readonly List<IkeEvent.KeysRevealed> _revealed = [];

    /// <summary>What the endpoint is configured with.</summary>
    public IkeModel Model { get; set; } = model;

    /// <summary>IKE SAs, sessions and children.</summary>
    public SaIndex Index { get; } = new();

    /// <summary>Who is woken when.</summary>
    public TimerQueue Timers { get; } = new();

    /// <summary>Cookies.</summary>
    public CookieJar Cookies { get; } = new();

    /// <summary>IKE SAs whose peer has not proved itself.</summary>
    public HalfOpenCount HalfOpen { get; } = new();

    /// <summary>Replies outside of any SA.</summary>
    public ReplyLimiter Replies { get; } = new();

    /// <summary>Tokens of crashed peers.</summary>
    public ReplyLimiter CrashChecks { get; } = new();

    /// <summary>Notifications in clear of unknown SPIs.</summary>
    public ReplyLimiter SpiHints { get; } = new();

    /// <summary>Redirections followed of late.</summary>
    public RedirectCount Redirects { get; } = new();

    /// <summary>Addresses of this host that are gone.</summary>
    public HashSet<IpAddress> GoneAddresses { get; } = [];

    /// <summary>Names of gateways that are being looked up.</summary>
    public NameLookups Lookups { get; } = new();

    /// <summary>Starts that are to be tried when their time comes.</summary>
    public StartQueue Starts { get; } = new();

    /// <summary>An SPI for an IKE SA that no other of ours has.</summary>
    public ulong NewIkeSpi(in IkeTurn turn)
    {
        ulong spi;
        do
        {
            spi = Dice.Number64(turn.Entropy);
        }
        while (spi == 0 || Index.Find(spi) is not null);

        return spi;
    }

    /// <summary>An SPI for a child that no other of ours has; it is taken from here on.</summary>
    public uint NewChildSpi(PeerSession session, in IkeTurn turn)
    {
        uint spi;
        do
        {
            spi = (uint)Dice.Number64(turn.Entropy);
        }
        while (spi < FirstChildSpi || Index.HasChild(spi));

        Index.AddChild(spi, session);
        return spi;
    }

    /// <summary>Says that a datagram was refused, and which error of this program was the cause where one was.</summary>
    public static void Refuse(in IkePath path, in IkeFailure failure, in IkeTurn turn, Exception? error = null) => turn.Outbox.Raise(new IkeEvent.Refused(path, failure, error));

    /// <summary>Copies the keys of an IKE SA, where the model asks for them.</summary>
    public void Reveal(IkeSpis spis, IkeProtection protection)
    {
        if (Model.RevealsKeys)
        {
            _revealed.Add(new(spis, protection.Suite, Copy(protection.Keys.Initiator), Copy(protection.Keys.Responder)));
        }
    }

    /// <summary>Tells the keys that were copied in this turn.</summary>
    public void TellKeys(in IkeTurn turn)
    {
        foreach (var keys in _revealed)
        {
            turn.Outbox.Raise(keys);
        }

        _revealed.Clear();
    }

    /// <summary>After an IKE SA did something: its session's next work is started, and all it touched is woken in time.</summary>
    public void Settle(IkeSaV2 sa, in IkeTurn turn)
    {
        if (sa.Session is { Current: { } current })
        {
            (current.State as Established)?.Advance(current, turn);
            Timers.Schedule(current);
        }

        Timers.Schedule(sa);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sa in Index.All)
        {
            sa.State.Abandon(sa, default);
            sa.Dispose();
        }

        foreach (var session in Index.Sessions)
        {
            session.Forget();
        }

        Cookies.Dispose();
        foreach (var keys in _revealed)
        {
            keys.Initiator.Dispose();
            keys.Responder.Dispose();
        }
    }

    private static DirectionKeys Copy(DirectionKeys keys) => new(new(keys.Integrity.Reveal()), new(keys.Encryption.Reveal()), SecretBytes.Empty);
}
