using System.Security.Cryptography;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Ipsec;
using IpsecDp.Policy.Compile;
using IpsecDp.Workloads;

namespace IpsecDp.Host.Lab;

/// <summary>IKEv2 between the two hosts of a lab in memory: each endpoint's datagrams are the other's next turn, and what they agree on is installed in their data planes.</summary>
internal sealed class MemoryNegotiation : IDisposable
{
    private const int MostRounds = 64;

    private readonly End _a;
    private readonly End _b;

    /// <summary>Prepares both ends and publishes their policies; throws <see cref="LabException"/> for a suite that cannot be negotiated.</summary>
    public MemoryNegotiation(LabOptions options, AddressPair pair, IDataPlane a, IDataPlane b)
    {
        var (textOfA, textOfB) = LabExchangeText.Write(options, new($"{pair.A}", [$"{pair.A}"]), new($"{pair.B}", [$"{pair.B}"]));
        try
        {
            _a = new End(Compile(textOfA), a);
            _b = new End(Compile(textOfB), b);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(textOfA);
            CryptographicOperations.ZeroMemory(textOfB);
        }
    }

    /// <summary>Lets A start the tunnel and carries datagrams until both ends stand; gives what was agreed. Throws <see cref="LabException"/> where nothing was.</summary>
    public string Agree()
    {
        _a.Endpoint.Wake(Turn(_a));
        for (var round = 0; round < MostRounds && Carry(_a, _b) + Carry(_b, _a) > 0; round++)
        {
        }

        _ = (_a.Take(), _b.Take());
        return (_a.Agreed, _b.Agreed) is ({ } agreed, not null)
            ? agreed
            : throw new LabException($"the hosts did not agree on keys: {_a.Trouble ?? _b.Trouble ?? "no reason was given"}; --keys manual does without");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    private static PolicyModel Compile(byte[] text) =>
        PolicyCompiler.TryCompile(text, "lab", out var policy, out var errors) ? policy : throw new LabException($"the lab's own policy is refused: {errors}");

    private static IkeTurn Turn(End end) => new(TimeProvider.System.GetUtcNow(), Dice, end.Outbox);

    private static SystemEntropy Dice { get; } = new();

    private static int Carry(End from, End to)
    {
        var transmits = from.Take();
        foreach (var (path, message) in transmits)
        {
            to.Endpoint.Receive(new IkePath(path.Remote, path.RemotePort, path.Local, path.LocalPort), message.ToArray(), Turn(to));
        }

        return transmits.Length;
    }

    private sealed class End : IDisposable
    {
        private readonly PolicyModel _policy;
        private readonly SaInstaller _installer;
        private string? _ike;

        public End(PolicyModel policy, IDataPlane plane)
        {
            _policy = policy;
            _installer = new SaInstaller(plane, policy.DynamicTunnels, isInUdp: false, TimeProvider.System);
            Endpoint = new IkeEndpoint(policy.Ike);
            plane.Publish(policy.Spd);
        }

        public IkeEndpoint Endpoint { get; }

        public IkeOutbox Outbox { get; } = new();

        public string? Agreed { get; private set; }

        public string? Trouble { get; private set; }

        // Follows the events and gives the datagrams of the turns before.
        public IkeTransmit[] Take()
        {
            foreach (var happened in Outbox.Events)
            {
                Follow(happened);
            }

            IkeTransmit[] transmits = [.. Outbox.Transmits];
            Outbox.Clear();
            return transmits;
        }

        public void Dispose()
        {
            Endpoint.Dispose();
            _installer.Dispose();
            _policy.Dispose();
        }

        private void Follow(IkeEvent happened)
        {
            Trouble ??= _installer.Handle(happened);
            switch (happened)
            {
                case IkeEvent.IkeSaEstablished sa:
                    _ike = AgreedWords.Of(sa);
                    break;
                case IkeEvent.OutboundReady ready:
                    Agreed = $"{_ike}; {AgreedWords.Of(ready.Child)}";
                    break;
                case IkeEvent.NegotiationFailed failed:
                    Trouble ??= failed.Reason;
                    break;
                default:
                    break;
            }
        }
    }
}
