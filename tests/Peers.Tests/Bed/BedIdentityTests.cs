using IpsecDp.Adapters.Linux;
using IpsecDp.Peers.Bed;
using IpsecDp.TestKit.Namespaces;

namespace Peers.Tests.Bed;

[Collection("beds")]
public class BedIdentityTests
{
    // Above the largest process number Linux gives (2^22).
    private const int NoProcess = 5_000_000;

    [Fact]
    public void IsLeftover_NameOfADeadProcess_IsOne() => Assert.True(BedIdentity.Names.IsLeftover($"{BedIdentity.Names.NameFor(NoProcess, "123")}-A"));

    [Fact]
    public void IsLeftover_NameOfALivingProcessThatStartedAtAnotherTime_IsOne() =>
        Assert.True(BedIdentity.Names.IsLeftover($"{BedIdentity.Names.NameFor(Environment.ProcessId, "1")}-A"));

    [Fact]
    public void IsLeftover_OwnName_IsNone() => Assert.False(BedIdentity.Names.IsLeftover($"{BedIdentity.Names.Own}-A"));

    [Theory]
    [InlineData("ipseclab-5000000-123-a")]
    [InlineData("ipsecbench-")]
    [InlineData("ipsecbench-5000000")]
    [InlineData("ipsecbench-mine-123")]
    [InlineData("blue")]
    public void IsLeftover_ForeignName_IsNone(string name) => Assert.False(BedIdentity.Names.IsLeftover(name));

    [Fact]
    public void RemoveLeftovers_FoldersOfDeadAndLivingRuns_TakesTheDeadOnly()
    {
        var dead = RunIdentity.FolderOf($"{BedIdentity.Names.NameFor(NoProcess, Guid.NewGuid().ToString("N"))}");
        var living = RunIdentity.FolderOf($"{BedIdentity.Names.Own}-test");
        Directory.CreateDirectory(Path.Combine(dead, "below"));
        File.WriteAllText(Path.Combine(dead, "below", "key"), "secret");
        Directory.CreateDirectory(living);
        try
        {
            Assert.Contains(dead, BedIdentity.RemoveLeftovers());
            Assert.False(Directory.Exists(dead));
            Assert.True(Directory.Exists(living));
        }
        finally
        {
            Directory.Delete(living);
        }
    }

    [Fact]
    public void RemoveLeftovers_NamespaceOfADeadRun_TakesIt()
    {
        if (NetworkNamespaces.Hindrance is { } hindrance)
        {
            Assert.Skip(hindrance);
        }

        var name = $"{BedIdentity.Names.NameFor(NoProcess, Guid.NewGuid().ToString("N"))}-A";
        NamedNetworkNamespace.Create(name);
        Assert.Contains(name, BedIdentity.RemoveLeftovers());
        Assert.DoesNotContain(name, NamedNetworkNamespace.Names);
    }
}
