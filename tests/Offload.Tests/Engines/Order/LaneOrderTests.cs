namespace Offload.Tests.Engines.Order;

/// <summary>Every schedule of the shipped algorithm under total store order, and twins of it that must be found out.</summary>
public class LaneOrderTests
{
    public static TheoryData<int[], int[][]> Scenes => new()
    {
        { [0, 1], [[0], [1]] },
        { [0, 1, 2], [[0, 2], [1]] },
        { [0, 1, 2], [[2, 0], [1]] },
        { [0, 1, 2, 3], [[0, 1], [2, 3]] },
        { [0, 1, 2, 3], [[3, 1], [2, 0]] },
        { [0, 1, 2], [[0], [1], [2]] },
        { [0, 1, 2], [[2], [1], [0]] },
        { [0, 1, 2, 3], [[0], [1], [3, 2]] },
    };

    [Theory, MemberData(nameof(Scenes))]
    public void Lane_EverySchedule_DeliversEachJobOnceInOrder(int[] opened, int[][] closers)
    {
        var explorer = new Explorer<Shipped>(opened, closers);

        Assert.Null(explorer.FindViolation());
        Assert.True(explorer.Ends > 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{explorer.States} states");
    }

    // The same job comes back to its lane right after its delivery, as from a stock of jobs.
    [Theory]
    [InlineData(new[] { 0, 1, 0 }, new[] { 0, 2 }, new[] { 1 })]
    [InlineData(new[] { 0, 1, 0, 1 }, new[] { 0, 3 }, new[] { 1, 2 })]
    public void Lane_RecycledJob_IsNeverTouchedAfterItsDelivery(int[] opened, int[] first, int[] second)
    {
        var explorer = new Explorer<Shipped>(opened, [first, second]);

        Assert.Null(explorer.FindViolation());
        Assert.True(explorer.Ends > 0);
    }

    [Theory]
    [InlineData(new[] { 0 }, new int[0])]
    [InlineData(new[] { 0 }, new[] { 1 })]
    [InlineData(new[] { 0, 2 }, new[] { 1 })]
    public void Drain_EverySchedule_EndsAfterTheLastDelivery(int[] first, int[] second)
    {
        var jobs = Enumerable.Range(0, first.Length + second.Length).ToArray();
        var explorer = new Explorer<Shipped>(jobs, [first, second], withDrainer: true);

        Assert.Null(explorer.FindViolation());
        Assert.True(explorer.Ends > 0);
    }

    [Fact]
    public void Lane_KnockWithoutFence_IsFoundAsleep()
    {
        var explorer = new Explorer<Unfenced>([0, 1], [[0], [1]]);

        Assert.Equal("a closed head was left undelivered", explorer.FindViolation());
    }

    [Fact]
    public void Lane_ReleaseWithoutRecheck_IsFoundAsleep()
    {
        var explorer = new Explorer<Forgetful>([0, 1], [[0], [1]]);

        Assert.Equal("a closed head was left undelivered", explorer.FindViolation());
    }

    [Fact]
    public void Lane_WithoutClaim_IsFoundOut()
    {
        var explorer = new Explorer<Unclaimed>([0, 1], [[0], [1]]);

        Assert.NotNull(explorer.FindViolation());
    }

    private readonly struct Shipped : IAddition
    {
        public static StepKind Kind => StepKind.Add;
    }

    private readonly struct Unfenced : IAddition
    {
        public static StepKind Kind => StepKind.AddUnfenced;
    }

    private readonly struct Forgetful : IAddition
    {
        public static StepKind Kind => StepKind.AddForgetful;
    }

    private readonly struct Unclaimed : IAddition
    {
        public static StepKind Kind => StepKind.AddUnclaimed;
    }
}
