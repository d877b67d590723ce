using System.Buffers.Binary;
using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>Somebody in the middle who turns bits, cuts, splices, replays and withholds, while both ends are ordered about.</summary>
public sealed class SessionFuzzTests
{
    private const int Sessions = 150;

    // Nobody throws; and when the middle goes away, both ends hold the same, with the same keys.
    [Theory]
    [InlineData(1_000)]
    [InlineData(2_000)]
    [InlineData(3_000)]
    [InlineData(4_000)]
    [InlineData(10_700)]
    [InlineData(11_400)]
    [InlineData(50_100)]
    [InlineData(80_200)]
    public void Session_HostileMiddle_NobodyThrowsAndBothAgreeAfterwards(int first)
    {
        for (var seed = first; seed < first + Sessions; seed++)
        {
            Play(seed, Lively, PlayToTheEnd);
        }
    }

    // With further key exchanges, tokens of crashes and ends that lose everything on top of it.
    [Theory]
    [InlineData(200_000)]
    [InlineData(210_000)]
    public void Session_HostileMiddleSeriesAndCrashes_NobodyThrowsAndBothAgreeAfterwards(int first)
    {
        for (var seed = first; seed < first + Sessions; seed++)
        {
            Play(seed, Further, PlayWithCrashes);
        }
    }

    // An end with another secret proves nothing: whatever the middle does, no IKE SA stands and no child is made.
    [Theory]
    [InlineData(300_000)]
    [InlineData(310_000)]
    public void Session_HostileMiddleAndAPeerThatProvesNothing_NoSaIsMade(int first)
    {
        for (var seed = first; seed < first + Sessions; seed++)
        {
            Play(seed, model => model.LocalId == Given.LeftId ? Lively(model) : Lively(model) with { LocalProof = Given.Secret("guess"), RemoteProof = Given.Secret("guess") }, PlayForNothing);
        }
    }

    // As many as the environment says, of each kind in turn; a few where it says nothing.
    [Fact]
    public void Session_AsManyAsAsked_NobodyThrows()
    {
        var asked = Environment.GetEnvironmentVariable("IPSECDP_FUZZ_SESSIONS");
        var count = asked is null ? 30 : int.Parse(asked, System.Globalization.CultureInfo.InvariantCulture);
        for (var seed = 1_000_000; seed < 1_000_000 + count; seed += 3)
        {
            Play(seed, Lively, PlayToTheEnd);
            Play(seed + 1, Further, PlayWithCrashes);
            Play(seed + 2, model => model.LocalId == Given.LeftId ? Lively(model) : Lively(model) with { LocalProof = Given.Secret("guess"), RemoteProof = Given.Secret("guess") }, PlayForNothing);
        }
    }

    private static void Play(int seed, Func<ConnectionModel, ConnectionModel> model, Action<LinkedEndpoints, Random> play)
    {
        var chance = new Random(seed);
        using var ends = new LinkedEndpoints(Of(true, model), Of(false, model), seed);
        try
        {
            play(ends, chance);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"session {seed}{Environment.NewLine}{string.Join(Environment.NewLine, ends.Transcript)}", failure);
        }
    }

    private static IkeModel Of(bool isLeft, Func<ConnectionModel, ConnectionModel> model) =>
        Given.Model(model(Given.Connection(isLeft))) with { CrashSecret = new IpsecDp.Crypto.Secrets.SecretBytes(new byte[32].Select((_, i) => (byte)(i + (isLeft ? 1 : 2))).ToArray()) };

    private static ConnectionModel Further(ConnectionModel model) => FollowupTests.Further(Lively(model), 1, 2);

    private static void PlayToTheEnd(LinkedEndpoints ends, Random chance)
    {
        Stir(ends, chance, crashes: null);
        Settle(ends);
    }

    private static void PlayWithCrashes(LinkedEndpoints ends, Random chance)
    {
        Stir(ends, chance, crashes: Further);
        Settle(ends);
    }

    private static void PlayForNothing(LinkedEndpoints ends, Random chance)
    {
        Stir(ends, chance, crashes: null);
        ends.Run(TimeSpan.FromMinutes(10));
        foreach (var end in new[] { ends.Left, ends.Right })
        {
            Assert.Empty(end.Of<IkeEvent.IkeSaEstablished>());
            Assert.Empty(end.Of<IkeEvent.ChildInstalled>());
            Assert.Equal(0, end.Endpoint.HalfOpen);
        }
    }

    private static void Stir(LinkedEndpoints ends, Random chance, Func<ConnectionModel, ConnectionModel>? crashes)
    {
        ends.Script = _ => chance.Next(10) switch
        {
            0 => LinkFate.Lost,
            1 => LinkFate.Twice,
            2 => LinkFate.Late(TimeSpan.FromMilliseconds(chance.Next(3000))),
            _ => LinkFate.Arrives,
        };
        ends.Mutation = datagram => chance.Next(6) == 0 ? Damage(ends, datagram.Octets, chance) : datagram.Octets;
        for (var step = 0; step < 12; step++)
        {
            Order(ends, chance.Next(2) == 0 ? ends.Left : ends.Right, chance);
            Replay(ends, chance);
            if (crashes is not null && chance.Next(12) == 0)
            {
                var isLeft = chance.Next(2) == 0;
                (isLeft ? ends.Left : ends.Right).Restart(Of(isLeft, crashes));
            }

            ends.Run(TimeSpan.FromMilliseconds(chance.Next(2000)));
        }
    }

    private static void Settle(LinkedEndpoints ends)
    {
        ends.Mutation = datagram => datagram.Octets;
        ends.Script = _ => LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(10));
        Agreed.Hold(ends, ends.Left.Inbound.Count);
        Assert.Equal(ends.Left.Endpoint.Established.ToHashSet(), ends.Right.Endpoint.Established.ToHashSet());
        Assert.Equal(0, ends.Right.Endpoint.HalfOpen + ends.Left.Endpoint.HalfOpen);
    }

    private static ConnectionModel Lively(ConnectionModel model) => model with
    {
        Liveness = TimeSpan.FromSeconds(20),
        Children = [Given.Child(model.LocalId == Given.LeftId), Given.Child(model.LocalId == Given.LeftId, "more") with { Offers = [Given.EspOffer("curve25519")] }],
    };

    private static void Order(LinkedEndpoints ends, LinkedEnd end, Random chance)
    {
        var spis = end.Endpoint.Established.Count > 0 ? end.Endpoint.Established[0] : default;
        var child = end.Inbound.Count > 0 ? end.Inbound.Keys.ElementAt(chance.Next(end.Inbound.Count)) : 0;
        ends.Order(end, chance.Next(12) switch
        {
            0 or 1 or 2 => new IkeCommand.Initiate("peer", "net"),
            3 => new IkeCommand.Initiate("peer", "more"),
            4 or 5 => new IkeCommand.RekeyChild(child),
            6 or 7 => new IkeCommand.RekeyIke(spis),
            8 => new IkeCommand.DeleteChild(child),
            9 => new IkeCommand.Probe(spis),
            10 when chance.Next(4) == 0 => new IkeCommand.CloseAll(),
            _ => new IkeCommand.Initiate("peer", "net"),
        });
    }

    private static void Replay(LinkedEndpoints ends, Random chance)
    {
        if (ends.Sent.Count == 0 || chance.Next(2) == 0)
        {
            return;
        }

        var (_, recorded) = ends.Sent[chance.Next(ends.Sent.Count)];
        var end = chance.Next(4) == 0 == recorded.FromLeft ? ends.Left : ends.Right;
        var octets = chance.Next(2) == 0 ? Damage(ends, recorded.Octets, chance) : [.. recorded.Octets];
        ends.Inject(end, new(Given.RightAddress, 500, Given.Address("203.0.113.66"), 4500), octets);
    }

    private static byte[] Damage(LinkedEndpoints ends, byte[] octets, Random chance)
    {
        byte[] damaged = [.. octets];
        switch (chance.Next(6))
        {
            case 0:
                damaged[chance.Next(damaged.Length)] ^= (byte)(1 << chance.Next(8));
                break;
            case 1:
                damaged = damaged[..chance.Next(damaged.Length)];
                break;
            case 2:
                damaged = Fit([.. damaged, .. new byte[chance.Next(1, 40)]]);
                break;
            case 3 when damaged.Length >= 28:
                // Exchange, flags, number.
                damaged[18 + chance.Next(6)] = (byte)chance.Next(256);
                break;
            case 4 when damaged.Length > 28:
                damaged = Fit(damaged[..chance.Next(28, damaged.Length)]);
                break;
            case 5 when damaged.Length >= 28:
                var other = ends.Sent[chance.Next(ends.Sent.Count)].Datagram.Octets;
                damaged = other.Length >= 28 ? Fit([.. damaged[..28], .. other[28..]]) : damaged;
                break;
        }

        return damaged;
    }

    private static byte[] Fit(byte[] octets)
    {
        if (octets.Length >= 28)
        {
            BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(24), octets.Length);
        }

        return octets;
    }
}
