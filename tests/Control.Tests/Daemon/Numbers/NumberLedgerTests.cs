using Control.Tests.Policy;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Numbers;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;

namespace Control.Tests.Daemon.Numbers;

public sealed class NumberLedgerTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void Resume_SaNeverSeen_BeginsAtTheBeginning() => WithSa(sa => Assert.Equal(0UL, new NumberLedger(_folder).Resume(sa)));

    [Fact]
    public void Resume_AfterACrash_IsBehindEveryNumberThatMayHaveBeenUsed() => WithSa(sa =>
    {
        var first = new NumberLedger(_folder);
        first.Resume(sa);
        const ulong Used = NumberLedger.Stride * 3;
        first.Follow([Snapshot(sa, Used)]);
        // A line that uses half a stride more before the next look has not reached the mark.
        Assert.True(new NumberLedger(_folder).Resume(sa) >= Used + (NumberLedger.Stride / 2));
    });

    [Fact]
    public void Resume_TwiceWithoutUse_NeverGivesTheSameNumber() => WithSa(sa => Assert.True(new NumberLedger(_folder).Resume(sa) < new NumberLedger(_folder).Resume(sa)));

    [Fact]
    public void Resume_AfterAnOrderlyEnd_GoesOnWithTheNextNumber() => WithSa(sa =>
    {
        var first = new NumberLedger(_folder);
        first.Resume(sa);
        first.Close([Snapshot(sa, 4711)]);
        Assert.Equal(4711UL, new NumberLedger(_folder).Resume(sa));
    });

    [Fact]
    public void Resume_NumbersUsedUp_StaysAtTheLast() => WithSa(sa =>
    {
        new NumberLedger(_folder).Close([Snapshot(sa, uint.MaxValue)]);
        Assert.Equal(uint.MaxValue, new NumberLedger(_folder).Resume(sa));
        Assert.Equal(uint.MaxValue, new NumberLedger(_folder).Resume(sa));
    });

    [Fact]
    public void Resume_OtherSpi_HasNumbersOfItsOwn() => WithSa(sa =>
    {
        new NumberLedger(_folder).Close([Snapshot(sa, 99)]);
        Assert.Equal(0UL, new NumberLedger(_folder).Resume(sa with { Spi = sa.Spi + 1 }));
    });

    [Fact]
    public void Follow_InboundSa_IsNotKept() => WithSa(sa =>
    {
        new NumberLedger(_folder).Follow([Snapshot(sa, 99) with { IsInbound = true }]);
        Assert.Empty(Directory.GetFiles(_folder));
    });

    [Fact]
    public void Resume_FileWithoutANumber_IsRefusedWithWhatToDo() => WithSa(sa =>
    {
        new NumberLedger(_folder).Resume(sa);
        File.WriteAllText(Assert.Single(Directory.GetFiles(_folder)), "12x");
        Assert.Contains("give the SA a new key", Assert.Throws<DaemonException>(() => new NumberLedger(_folder).Resume(sa)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Ledger_FolderThatIsAFile_IsRefusedWithWhatToDo()
    {
        File.WriteAllText(_folder, "in the way");
        var refusal = Assert.Throws<DaemonException>(() => new NumberLedger(_folder));
        File.Delete(_folder);
        Assert.Contains("--state", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ledger_WhatItWrites_HoldsNoKey() => WithSa(sa =>
    {
        new NumberLedger(_folder).Resume(sa);
        var file = Assert.Single(Directory.GetFiles(_folder));
        Assert.All(File.ReadAllText(file), letter => Assert.True(char.IsAsciiDigit(letter)));
        Assert.DoesNotContain(PolicyTexts.OutboundKey[..8], file, StringComparison.OrdinalIgnoreCase);
    });

    private static void WithSa(Action<SaModel> body)
    {
        using var policy = PolicyTexts.Compile(PolicyTexts.Transport);
        body(policy.Tunnels[0].Outbound[0]);
    }

    private static SaSnapshot Snapshot(SaModel sa, ulong highest) =>
        new(sa.Tunnel, sa.Protocol.ToString(), sa.Spi, false, "", "", sa.Local.ToString(), sa.Remote.ToString(), 0, 0, 0, 0, 0, 0, highest, 0);
}
