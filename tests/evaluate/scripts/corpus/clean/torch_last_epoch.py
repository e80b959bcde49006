import torch
import torch.nn.functional as F
from torchvision import datasets, transforms


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 16, 3)
        self.fc = torch.nn.Linear(16 * 26 * 26, 10)

    def forward(self, x):
        x = F.relu(self.conv(x))
        return self.fc(torch.flatten(x, 1))


def train(model, loader, optimizer, epoch):
    model.train()
    for i, (data, target) in enumerate(loader):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(data), target)
        loss.backward()
        optimizer.step()
        if i % 100 == 0:
            print(epoch, i, loss.item())


def test(model, loader):
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for data, target in loader:
            output = model(data)
            test_loss += F.cross_entropy(output, target, reduction="sum").item()
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
    print("Test loss", test_loss / len(loader.dataset), "accuracy", correct / len(loader.dataset))


tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
train_loader = torch.utils.data.DataLoader(datasets.MNIST("d", train=True, transform=tf), batch_size=64)
test_loader = torch.utils.data.DataLoader(datasets.MNIST("d", train=False, transform=tf), batch_size=1000)
net = Net()
opt = torch.optim.Adadelta(net.parameters())
for epoch in range(1, 15):
    train(net, train_loader, opt, epoch)
    test(net, test_loader)
torch.save(net.state_dict(), "mnist.pt")
